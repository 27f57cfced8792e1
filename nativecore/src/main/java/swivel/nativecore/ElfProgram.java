package swivel.nativecore;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The smallest program that Linux executes as 32-bit ARM: one segment, read and executed, that has the headers too
 * (Tool Interface Standard, ELF 1.2; ELF for the Arm Architecture, IHI 0044).
 */
final class ElfProgram {
    private ElfProgram() {}

    /** Where it is mapped. */
    static final int BASE = 0x1_0000;

    private static final int HEADER = 52;
    private static final int PROGRAM_HEADER = 32;
    private static final int SEGMENTS = 2;

    /** Where the code is, and execution starts. */
    static final int ENTRY = BASE + HEADER + SEGMENTS * PROGRAM_HEADER;

    private static final int MAGIC = 0x7f454c46;
    private static final int CLASS_32 = 1;
    private static final int LITTLE_ENDIAN = 1;
    private static final int VERSION = 1;
    private static final short EXECUTABLE = 2;
    private static final short ARM = 40;
    /** The interface to Linux since 2004. */
    private static final int EABI_5 = 0x0500_0000;

    private static final int LOAD = 1;
    /** Says whether stacks are executable. Without it Linux makes executable whatever can be read. */
    private static final int GNU_STACK = 0x6474_e551;

    private static final int EXECUTE = 1;
    private static final int WRITE = 2;
    private static final int READ = 4;

    /** The file with this code. */
    static byte[] of(int... code) {
        int bytes = ENTRY - BASE + code.length * Integer.BYTES;
        ByteBuffer file = ByteBuffer.allocate(bytes);
        file.putInt(MAGIC);
        file.order(ByteOrder.LITTLE_ENDIAN);
        file.put((byte) CLASS_32).put((byte) LITTLE_ENDIAN).put((byte) VERSION);
        file.position(16);
        file.putShort(EXECUTABLE).putShort(ARM).putInt(VERSION);
        file.putInt(ENTRY).putInt(HEADER).putInt(0).putInt(EABI_5);
        file.putShort((short) HEADER).putShort((short) PROGRAM_HEADER).putShort((short) SEGMENTS);
        file.position(HEADER); // no sections
        segment(file, LOAD, BASE, bytes, READ | EXECUTE, 0x1000);
        segment(file, GNU_STACK, 0, 0, READ | WRITE, 16);
        for (int word : code) {
            file.putInt(word);
        }
        return file.array();
    }

    private static void segment(ByteBuffer file, int type, int address, int bytes, int rights, int alignment) {
        file.putInt(type)
                .putInt(0)
                .putInt(address)
                .putInt(address)
                .putInt(bytes)
                .putInt(bytes);
        file.putInt(rights).putInt(alignment);
    }
}
