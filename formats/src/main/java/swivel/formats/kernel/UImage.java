package swivel.formats.kernel;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import swivel.formats.ImageException;

/**
 * U-Boot's legacy header in front of a kernel or an initial file system (U-Boot, {@code include/image.h}): 64 bytes,
 * numbers big-endian.
 *
 * <pre>
 *  0  magic      4  CRC of the header with zeros here    8  time      12  size of the data behind the header
 * 16  load address   20  entry   24  CRC of the data   28  system, machine, type, compression   32  name
 * </pre>
 */
public final class UImage {
    public static final int HEADER_SIZE = 64;

    private static final int MAGIC = 0x27051956;
    private static final int HEADER_CRC = 4;
    private static final int DATA_SIZE = 12;
    private static final int LOAD = 16;
    private static final int ENTRY = 20;
    private static final int DATA_CRC = 24;
    private static final int MACHINE = 29;
    private static final int TYPE = 30;
    private static final int COMPRESSION = 31;

    private static final int ARM = 2;
    private static final Map<Integer, String> MACHINES =
            Map.of(3, "x86", 5, "MIPS", 7, "PowerPC", 22, "AArch64", 24, "x86-64", 26, "RISC-V");

    private static final int KERNEL = 2;
    private static final int RAMDISK = 3;

    /** A kernel that runs where it is: the entry is relative to that. */
    private static final int KERNEL_NOLOAD = 14;

    private final byte[] header;
    private final ByteBuffer fields;

    private UImage(byte[] header) {
        this.header = header;
        this.fields = ByteBuffer.wrap(header);
    }

    /** The header that a file begins with; empty if it is none, or only a part of one. */
    public static Optional<UImage> of(byte[] file) {
        return file.length >= HEADER_SIZE && ByteBuffer.wrap(file).getInt(0) == MAGIC
                ? Optional.of(new UImage(Arrays.copyOf(file, HEADER_SIZE)))
                : Optional.empty();
    }

    public boolean isForArm() {
        return header[MACHINE] == ARM;
    }

    public boolean isKernel() {
        return header[TYPE] == KERNEL || header[TYPE] == KERNEL_NOLOAD;
    }

    /** Whether the boot loader would unpack the data. */
    public boolean isCompressed() {
        return header[COMPRESSION] != 0;
    }

    /** Whether it is an initial file system. */
    public boolean isRamdisk() {
        return header[TYPE] == RAMDISK;
    }

    /** Whether the load address says nothing, and the entry is an offset. */
    public boolean isLoadedAnywhere() {
        return header[TYPE] == KERNEL_NOLOAD;
    }

    public int loadAddress() {
        return fields.getInt(LOAD);
    }

    public int entry() {
        return fields.getInt(ENTRY);
    }

    /** The header's own bytes. */
    public byte[] bytes() {
        return header.clone();
    }

    /**
     * The data behind the header.
     *
     * @param file that begins with it
     * @throws ImageException if it is not for ARM, or the header does not fit the data
     */
    public byte[] data(byte[] file, String name) throws ImageException {
        if (!isForArm()) {
            int machine = header[MACHINE] & 0xff;
            throw new ImageException("%s is a uImage for %s; Swivel runs kernels for 32-bit ARM"
                    .formatted(name, MACHINES.getOrDefault(machine, "architecture number " + machine)));
        }
        byte[] blank = header.clone();
        ByteBuffer.wrap(blank).putInt(HEADER_CRC, 0);
        if (fields.getInt(HEADER_CRC) != crc(blank, 0, HEADER_SIZE)) {
            throw new ImageException(name + " is damaged: the checksum of the uImage's header is wrong");
        }
        long size = Integer.toUnsignedLong(fields.getInt(DATA_SIZE));
        if (size > file.length - HEADER_SIZE) {
            throw new ImageException("%s is truncated: the uImage says it has %d bytes, the file has %d"
                    .formatted(name, size + HEADER_SIZE, file.length));
        }
        if (fields.getInt(DATA_CRC) != crc(file, HEADER_SIZE, (int) size)) {
            throw new ImageException(name + " is damaged: the checksum of the uImage's data is wrong");
        }
        return Arrays.copyOfRange(file, HEADER_SIZE, HEADER_SIZE + (int) size);
    }

    /**
     * The kernel behind the header, as {@link #data}.
     *
     * @throws ImageException also if it is something else, such as a script or several files
     */
    public byte[] kernel(byte[] file, String name) throws ImageException {
        byte[] data = data(file, name);
        if (!isKernel()) {
            throw new ImageException(name + " is a uImage, but not of a kernel");
        }
        return data;
    }

    /**
     * The same header in front of other data.
     *
     * @param compressed whether the data is compressed as the header's own was
     */
    public byte[] with(byte[] data, boolean compressed) {
        ByteBuffer file =
                ByteBuffer.allocate(HEADER_SIZE + data.length).put(header).put(data);
        if (!compressed) {
            file.put(COMPRESSION, (byte) 0);
        }
        file.putInt(DATA_SIZE, data.length).putInt(DATA_CRC, crc(data, 0, data.length));
        file.putInt(HEADER_CRC, 0).putInt(HEADER_CRC, crc(file.array(), 0, HEADER_SIZE));
        return file.array();
    }

    private static int crc(byte[] bytes, int from, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }
}
