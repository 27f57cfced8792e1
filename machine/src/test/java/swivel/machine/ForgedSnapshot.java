package swivel.machine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import swivel.memory.Snapshot;

/** Snapshots of somebody who can make checksums right, as {@link Snapshot} draws them. */
final class ForgedSnapshot {
    private ForgedSnapshot() {}

    /** Where a section's fields are. */
    private record Section(int start, int fields, int length) {}

    private static Map<String, Section> sections(byte[] snapshot) {
        Map<String, Section> found = new LinkedHashMap<>();
        ByteBuffer all = ByteBuffer.wrap(snapshot).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < snapshot.length; ) {
            int nameLength = snapshot[at] & 0xff;
            int fields = at + 1 + nameLength + 2 * Integer.BYTES;
            int length = all.getInt(fields - Integer.BYTES);
            String name = new String(snapshot, at + 1, nameLength, StandardCharsets.US_ASCII);
            found.put(name, new Section(at, fields, length));
            at = fields + length + Integer.BYTES;
        }
        return found;
    }

    /** The names of all sections. */
    static Iterable<String> names(byte[] snapshot) {
        return sections(snapshot).keySet();
    }

    /** Changes some bytes of a section's fields, half of them near its start. */
    static byte[] changed(byte[] snapshot, String name, Random random) {
        Section section = sections(snapshot).get(name);
        byte[] forged = snapshot.clone();
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            int within = random.nextBoolean() ? section.length : Math.min(section.length, 200);
            forged[section.fields + random.nextInt(within)] = (byte) random.nextInt();
        }
        return withSum(forged, section);
    }

    /** Cuts a section's fields short, or makes them longer by zeros. */
    static byte[] resized(byte[] snapshot, String name, int length) {
        Section section = sections(snapshot).get(name);
        int end = section.fields + section.length + Integer.BYTES;
        byte[] forged = new byte[snapshot.length - section.length + length];
        System.arraycopy(snapshot, 0, forged, 0, section.fields + Math.min(length, section.length));
        System.arraycopy(snapshot, end, forged, section.fields + length + Integer.BYTES, snapshot.length - end);
        ByteBuffer.wrap(forged).order(ByteOrder.LITTLE_ENDIAN).putInt(section.fields - Integer.BYTES, length);
        return withSum(forged, new Section(section.start, section.fields, length));
    }

    /** Bytes of a section's fields. */
    static int length(byte[] snapshot, String name) {
        return sections(snapshot).get(name).length;
    }

    private static byte[] withSum(byte[] forged, Section section) {
        int end = section.fields + section.length;
        CRC32 sum = new CRC32();
        sum.update(Arrays.copyOfRange(forged, section.start, end));
        ByteBuffer.wrap(forged).order(ByteOrder.LITTLE_ENDIAN).putInt(end, (int) sum.getValue());
        return forged;
    }
}
