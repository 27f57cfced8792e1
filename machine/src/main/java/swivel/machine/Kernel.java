package swivel.machine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * A kernel file taken apart: what goes where in RAM and where it starts (Linux: Documentation/arch/arm/booting.rst).
 *
 * @param format the format, for messages: {@code zImage}
 * @param segments what to load, inside RAM
 * @param entry guest-physical address of the first instruction
 * @param end the first guest-physical address that the kernel leaves free after it has unpacked itself, as far as its
 *     file tells; unsigned
 */
public record Kernel(String format, List<Segment> segments, int entry, long end) {
    /** Bytes of the file, backed by an array, for a guest-physical address. */
    public record Segment(int address, ByteBuffer content) {
        private boolean holds(int offset) {
            return offset >= content.arrayOffset() && offset < content.arrayOffset() + content.limit();
        }
    }

    /** Guest-physical addresses of bytes of the file, by their offsets; those that are not loaded are left out. */
    public int[] addresses(int[] offsets) {
        int[] addresses = new int[offsets.length];
        int count = 0;
        for (int offset : offsets) {
            for (Segment segment : segments) {
                if (segment.holds(offset)) {
                    if (count == addresses.length) { // segments may share bytes of the file
                        addresses = Arrays.copyOf(addresses, 2 * count);
                    }
                    addresses[count++] = segment.address + offset - segment.content.arrayOffset();
                }
            }
        }
        return Arrays.copyOf(addresses, count);
    }

    /** Distance from the start of RAM to a kernel of the usual configuration (TEXT_OFFSET in arch/arm/Makefile). */
    public static final int DEFAULT_TEXT_OFFSET = 0x8000;

    /** The largest TEXT_OFFSET in arch/arm/Makefile. */
    private static final int LARGEST_TEXT_OFFSET = 0x308000;

    /** Where a zImage goes: it moves itself out of its own way. QEMU uses this offset too. */
    private static final int ZIMAGE_OFFSET = 0x10000;

    /** Linux links its kernel at the start of a region of this alignment (CONFIG_VMSPLIT_*). */
    private static final long KERNEL_REGION = 0x1000_0000;

    /** zImage header: arch/arm/boot/compressed/head.S. */
    private static final int ZIMAGE_MAGIC_AT = 0x24;

    private static final int ZIMAGE_START_AT = 0x28;
    private static final int ZIMAGE_END_AT = 0x2c;
    private static final int ZIMAGE_TABLE_MAGIC_AT = 0x34;
    private static final int ZIMAGE_TABLE_AT = 0x38;
    private static final int ZIMAGE_HEADER_SIZE = 0x3c;
    private static final int ZIMAGE_MAGIC = 0x016f2818;
    private static final int ZIMAGE_TABLE_MAGIC = 0x45454545;
    private static final int ZIMAGE_TAG_KERNEL_SIZE = 0x5a534c4b;

    /** Decompressors without a size in their header: xz packs kernels to about a third; this is on the safe side. */
    private static final int UNPACKED_PER_PACKED = 6;

    /** Stack and heap of the decompressor: head.S, misc.c. */
    private static final int DECOMPRESSOR_WORK = 0x20000;

    /** An Image does not tell how much zero-initialized data follows it; Linux has much less than this share. */
    private static final int IMAGE_PER_ZEROED = 4;

    /** U-Boot's legacy image header: include/image.h. */
    private static final int UIMAGE_MAGIC = 0x27051956;

    private static final int UIMAGE_HEADER_SIZE = 64;

    private static final int ELF_MAGIC = 0x464c457f;
    private static final int ELF_HEADER_SIZE = 52;
    private static final int ELF_PROGRAM_HEADER_SIZE = 32;
    private static final int EM_ARM = 40;
    private static final int ET_EXEC = 2;
    private static final int ET_DYN = 3;
    private static final int PT_LOAD = 1;
    private static final Map<Integer, String> ELF_MACHINES = Map.of(
            3,
            "x86",
            8,
            "MIPS",
            20,
            "PowerPC",
            21,
            "64-bit PowerPC",
            22,
            "S/390",
            62,
            "x86-64",
            183,
            "64-bit ARM",
            243,
            "RISC-V",
            258,
            "LoongArch");

    /** Where RAM is. */
    public record Ram(int base, long size) {
        boolean contains(long address, long length) {
            long offset = address - (base & 0xffff_ffffL);
            return offset >= 0 && length >= 0 && offset + length <= size;
        }
    }

    /**
     * Takes a kernel file apart.
     *
     * @param file zImage, Image, uImage or ELF
     * @param linkAddress where a raw Image was linked, or 0 if nobody knows
     * @throws BootException if it is none of these, is damaged, or does not fit
     */
    public static Kernel read(byte[] file, int linkAddress, Ram ram) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        if (file.length >= 4 && bytes.getInt(0) == ELF_MAGIC) {
            return elf(bytes, ram);
        }
        return flat(bytes, 0, linkAddress, ram);
    }

    private static Kernel flat(ByteBuffer bytes, int from, int linkAddress, Ram ram) {
        int length = bytes.limit() - from;
        if (length == 0) {
            throw new BootException("is empty");
        }
        if (length >= UIMAGE_HEADER_SIZE && from == 0 && Integer.reverseBytes(bytes.getInt(0)) == UIMAGE_MAGIC) {
            int packed = bytes.get(31);
            if (packed != 0) {
                throw new BootException("is a uImage with a compressed payload; give the kernel inside of it");
            }
            return flat(bytes, UIMAGE_HEADER_SIZE, linkAddress, ram);
        }
        if (length >= ZIMAGE_HEADER_SIZE && bytes.getInt(from + ZIMAGE_MAGIC_AT) == ZIMAGE_MAGIC) {
            return zImage(bytes, from, ram);
        }
        if (length >= ZIMAGE_HEADER_SIZE
                && Integer.reverseBytes(bytes.getInt(from + ZIMAGE_MAGIC_AT)) == ZIMAGE_MAGIC) {
            throw new BootException("is a big-endian kernel; Swivel runs little-endian ones");
        }
        refuseOthers(bytes, from, length);
        int textOffset = linkAddress == 0 ? DEFAULT_TEXT_OFFSET : linkAddress & (int) (KERNEL_REGION - 1);
        long footprint = Math.min(length + length / IMAGE_PER_ZEROED, ram.size - textOffset);
        return flatAt("Image", bytes, from, textOffset, Math.max(footprint, length), ram);
    }

    private static Kernel zImage(ByteBuffer bytes, int from, Ram ram) {
        int length = bytes.limit() - from;
        long size = Integer.toUnsignedLong(bytes.getInt(from + ZIMAGE_END_AT) - bytes.getInt(from + ZIMAGE_START_AT));
        if (size > length) {
            throw new BootException("is a truncated zImage: it has " + length + " bytes and says it has " + size);
        }
        long unpacked = zImageUnpackedSize(bytes, from, length);
        // The decompressor runs behind the unpacked kernel, with a copy of the whole zImage.
        return flatAt(
                "zImage", bytes, from, ZIMAGE_OFFSET, LARGEST_TEXT_OFFSET + unpacked + length + DECOMPRESSOR_WORK, ram);
    }

    /** The unpacked kernel with its zero-initialized data, from the table that zImages have since Linux 4.15, or a guess. */
    private static long zImageUnpackedSize(ByteBuffer bytes, int from, int length) {
        long guess = (long) length * UNPACKED_PER_PACKED;
        if (bytes.getInt(from + ZIMAGE_TABLE_MAGIC_AT) != ZIMAGE_TABLE_MAGIC) {
            return guess;
        }
        int at = bytes.getInt(from + ZIMAGE_TABLE_AT);
        while (at >= 0 && at <= length - 16) {
            int words = bytes.getInt(from + at);
            if (words <= 0 || words > length / 4) {
                break;
            }
            if (bytes.getInt(from + at + 4) == ZIMAGE_TAG_KERNEL_SIZE) {
                int sizeAt = bytes.getInt(from + at + 8);
                if (sizeAt < 0 || sizeAt > length - 4) {
                    break;
                }
                return Integer.toUnsignedLong(bytes.getInt(from + sizeAt))
                        + Integer.toUnsignedLong(bytes.getInt(from + at + 12));
            }
            at += words * 4;
        }
        return guess;
    }

    /** A flat file at an offset in RAM, which needs {@code footprint} bytes there. */
    private static Kernel flatAt(String format, ByteBuffer bytes, int from, int offset, long footprint, Ram ram) {
        int length = bytes.limit() - from;
        long address = (ram.base & 0xffff_ffffL) + offset;
        if (!ram.contains(address, Math.max(footprint, length))) {
            throw new BootException("does not fit into " + (ram.size >> 20) + " MiB of memory: it needs "
                    + (offset + footprint + 0xfffff >> 20) + " MiB and some to work with; give it more with --memory");
        }
        Segment segment = new Segment((int) address, bytes.slice(from, length));
        return new Kernel(format, List.of(segment), (int) address, address + footprint);
    }

    /** Says what a file is that is no kernel. A raw Image has no magic number, but starts with ARM instructions. */
    private static void refuseOthers(ByteBuffer bytes, int from, int length) {
        if (length >= 0x206 && bytes.getInt(from + 0x202) == 0x53726448) { // "HdrS"
            throw new BootException("is an x86 kernel; Swivel runs 32-bit ARM ones");
        }
        if (length >= 0x3c && bytes.getInt(from + 0x38) == 0x644d5241) { // "ARM\x64"
            throw new BootException("is a 64-bit ARM kernel; Swivel runs 32-bit ones");
        }
        int printable = 0;
        int sample = Math.min(length, 512);
        for (int i = 0; i < sample; i++) {
            int b = bytes.get(from + i) & 0xff;
            printable += b >= 0x20 && b < 0x7f || b == '\n' || b == '\r' || b == '\t' ? 1 : 0;
        }
        if (printable == sample) {
            throw new BootException("is a text file, not a kernel (zImage, Image, uImage or ELF)");
        }
        for (int i = 0; i < 16; i += 4) {
            // Condition "always" or the unconditional space: what the first instructions of a kernel have.
            if (i + 4 > length || bytes.getInt(from + i) >>> 28 < 0xe) {
                throw new BootException(
                        "is not a kernel: neither zImage, uImage nor ELF, and it does not start with ARM instructions");
            }
        }
    }

    private static Kernel elf(ByteBuffer bytes, Ram ram) {
        if (bytes.limit() < ELF_HEADER_SIZE) {
            throw new BootException("is a truncated ELF file");
        }
        boolean little = bytes.get(5) == 1;
        int machine = (little ? bytes.getShort(18) : Short.reverseBytes(bytes.getShort(18))) & 0xffff;
        if (machine != EM_ARM || bytes.get(4) != 1) {
            throw new BootException("is an ELF file for " + ELF_MACHINES.getOrDefault(machine, "machine " + machine)
                    + "; Swivel runs 32-bit ARM kernels");
        }
        if (!little) {
            throw new BootException("is a big-endian ELF file; Swivel runs little-endian kernels");
        }
        int type = bytes.getShort(16);
        if (type != ET_EXEC && type != ET_DYN) {
            throw new BootException("is an ELF file that is not linked; link it, or give vmlinux");
        }
        List<Load> loads = loads(bytes);
        long lowest = loads.get(0).address;
        long base = ram.base & 0xffff_ffffL;
        // A Linux kernel has virtual addresses in its program headers, anything else the physical ones.
        long shift = ram.contains(lowest, 1) ? 0 : base - (lowest & -KERNEL_REGION);
        long end = 0;
        List<Segment> segments = new ArrayList<>();
        for (Load load : loads) {
            long address = load.address + shift;
            if (!ram.contains(address, Math.max(load.memorySize, load.fileSize))) {
                throw new BootException(String.format(
                        "has a segment of %d KiB for 0x%08x, outside of RAM (%d MiB from 0x%08x); "
                                + "link it for an address in RAM or give more --memory",
                        Math.max(load.memorySize, load.fileSize) + 1023 >> 10, load.address, ram.size >> 20, base));
            }
            end = Math.max(end, address + Math.max(load.memorySize, load.fileSize));
            segments.add(new Segment((int) address, bytes.slice(load.offset, (int) load.fileSize)));
        }
        long entry = Integer.toUnsignedLong(bytes.getInt(24)) + shift;
        if (!ram.contains(entry, 4)) {
            throw new BootException(String.format("starts at 0x%08x, outside of what it loads", entry - shift));
        }
        return new Kernel("ELF", List.copyOf(segments), (int) entry, end);
    }

    /** What a program header of type LOAD says; sizes and address unsigned. */
    private record Load(long address, int offset, long fileSize, long memorySize) {}

    private static List<Load> loads(ByteBuffer bytes) {
        long table = Integer.toUnsignedLong(bytes.getInt(28));
        int entrySize = bytes.getShort(42) & 0xffff;
        int count = bytes.getShort(44) & 0xffff;
        if (entrySize < ELF_PROGRAM_HEADER_SIZE || table + (long) entrySize * count > bytes.limit()) {
            throw new BootException("is a truncated ELF file: its program headers are missing");
        }
        List<Load> loads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int at = (int) table + i * entrySize;
            long offset = Integer.toUnsignedLong(bytes.getInt(at + 4));
            long fileSize = Integer.toUnsignedLong(bytes.getInt(at + 16));
            long memorySize = Integer.toUnsignedLong(bytes.getInt(at + 20));
            if (bytes.getInt(at) != PT_LOAD || memorySize == 0) {
                continue;
            }
            if (offset + fileSize > bytes.limit()) {
                throw new BootException("is a truncated ELF file: segment " + i + " ends at byte " + (offset + fileSize)
                        + " of " + bytes.limit());
            }
            loads.add(new Load(Integer.toUnsignedLong(bytes.getInt(at + 12)), (int) offset, fileSize, memorySize));
        }
        if (loads.isEmpty()) {
            throw new BootException("is an ELF file with nothing to load");
        }
        loads.sort(Comparator.comparingLong(Load::address));
        return loads;
    }
}
