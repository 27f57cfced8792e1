package swivel.devices;

import java.io.IOException;
import java.util.Arrays;
import swivel.memory.HostBuffers;

/**
 * A disk whose bytes are those of a file. It consists of whole sectors. Where the file ends inside of one, the rest of
 * it reads as zeros, and the file grows only if something else is written there: nothing that the guest writes is lost.
 */
final class RawDisk implements DiskContent {
    private final HostFile file;
    private final long bytes;

    RawDisk(HostFile file) throws IOException {
        this.file = file;
        bytes = file.length();
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public boolean readOnly() {
        return !file.writable();
    }

    @Override
    public boolean isParallel() {
        return true;
    }

    /** Fails also where somebody has cut the file since it was opened. */
    @Override
    public void read(byte[] to, int from, int length, long at) throws IOException {
        int present = Math.clamp(bytes - at, 0, length);
        if (file.read(to, from, present, at) < present) {
            throw new IOException("the file has become shorter");
        }
        if (present < length) { // the end of the last sector: zeros, or what was written there
            int written = file.read(to, from + present, length - present, at + present);
            Arrays.fill(to, from + present + written, from + length, (byte) 0);
        }
    }

    @Override
    public void write(byte[] from, int first, int length, long at) throws IOException {
        int kept = length;
        if (at + length > bytes) {
            long end = Math.max(bytes, file.length());
            while (kept > 0 && at + kept > end && from[first + kept - 1] == 0) {
                kept--;
            }
        }
        file.write(from, first, kept, at);
    }

    /** Not the sector that the file has in part. */
    @Override
    public boolean move(HostBuffers memory, boolean reads, long length, long at) {
        return at + length <= bytes && file.move(memory, reads, length, at);
    }

    @Override
    public void zero(long length, long at) throws IOException {
        byte[] zeros = new byte[(int) Math.min(length, 1 << 16)];
        for (long done = 0; done < length; done += zeros.length) {
            write(zeros, 0, (int) Math.min(zeros.length, length - done), at + done);
        }
    }

    @Override
    public void discard(long length, long at) {
        file.punch(length, at);
    }

    @Override
    public void flush() throws IOException {
        file.sync();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
