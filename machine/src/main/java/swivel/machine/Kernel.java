package swivel.machine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import swivel.lpv.GuestImage;
import swivel.lpv.ImageException;
import swivel.lpv.UImage;

/**
 * A kernel file taken apart: what goes where in RAM and where it starts (Linux: Documentation/arch/arm/booting.rst).
 *
 * @param format the format, for messages: {@code zImage}
 * @param segments what to load, inside RAM
 * @param entry guest-physical address of the first instruction
 * @param start the first guest-physical address that it takes; unsigned
 * @param end the first guest-physical address that the kernel leaves free after it has unpacked itself, as far as its
 *     file tells; unsigned
 * @param isBare whether it is a program for the bare board, and not one that is started as Linux is
 * @param guess what its file does not tell and is guessed, a sentence for a person; may be empty
 */
public record Kernel(
        String format, List<Segment> segments, int entry, long start, long end, boolean isBare, String guess) {
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

    /** Where QEMU loads what is not ELF and has no header that tells. A zImage moves itself out of its own way. */
    private static final int FLAT_OFFSET = 0x10000;

    /** Where QEMU puts a uImage that runs anywhere, with its header. */
    private static final int NOLOAD_OFFSET = 0x2000000 + UImage.HEADER_SIZE;

    /** How Linux starts (safe_svcmode_maskall): {@code mrs r9, cpsr; eor r9, r9, #HYP_MODE}, maybe behind a few words. */
    private static final int LINUX_FIRST = 0xe10f9000;

    private static final int LINUX_SECOND = 0xe229901a;
    private static final int LINUX_HEAD = 16;
    private static final String GUESSED_OFFSET = "the kernel does not tell where it is linked (it has no kallsyms);"
            + " it is loaded 0x%x behind the start of RAM, as usual; if it is silent, give its zImage or vmlinux"
                    .formatted(DEFAULT_TEXT_OFFSET);

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

    private static final int ELF_MAGIC = 0x464c457f;
    private static final int ELF_HEADER_SIZE = 52;
    private static final int ELF_PROGRAM_HEADER_SIZE = 32;
    private static final int ELF_SECTION_HEADER_SIZE = 40;
    private static final int PN_XNUM = 0xffff;
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
     * @throws BootException if it is none of these, is damaged, or does not fit
     */
    public static Kernel read(byte[] file, Ram ram) {
        Optional<UImage> header = UImage.of(file);
        if (header.isEmpty()) {
            return read(file, 0, header, ram);
        }
        if (header.get().isCompressed()) {
            throw new BootException("is a uImage with a compressed payload; give the kernel inside of it");
        }
        try {
            return read(header.get().data(file, "it"), 0, header, ram);
        } catch (ImageException e) {
            throw new BootException(e.getMessage().replaceFirst("^it ", ""), e);
        }
    }

    /**
     * Takes apart what was in a kernel file.
     *
     * @param file zImage, Image or ELF
     * @param linkAddress where a raw Image was linked, or 0 if nobody knows
     * @param header of the uImage in which it came
     * @throws BootException if it is none of these, is damaged, or does not fit
     */
    public static Kernel read(byte[] file, int linkAddress, Optional<UImage> header, Ram ram) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        if (file.length == 0) {
            throw new BootException("is empty");
        }
        if (file.length >= 4 && bytes.getInt(0) == ELF_MAGIC) {
            return elf(bytes, ram);
        }
        if (file.length >= ZIMAGE_HEADER_SIZE && bytes.getInt(ZIMAGE_MAGIC_AT) == ZIMAGE_MAGIC) {
            return zImage(bytes, ram);
        }
        if (file.length >= ZIMAGE_HEADER_SIZE && Integer.reverseBytes(bytes.getInt(ZIMAGE_MAGIC_AT)) == ZIMAGE_MAGIC) {
            throw new BootException("is a big-endian kernel; Swivel runs little-endian ones");
        }
        refuseOthers(bytes);
        if (!GuestImage.beginsWithCode(file)) {
            throw new BootException(
                    "is not a kernel: neither zImage, uImage nor ELF, and it does not start with ARM instructions");
        }
        return header.isPresent() ? placed(bytes, linkAddress, header.get(), ram) : image(bytes, linkAddress, ram);
    }

    private static Kernel image(ByteBuffer bytes, int linkAddress, Ram ram) {
        if (linkAddress == 0 && beginsAsLinux(bytes)) {
            return flatImageAt(DEFAULT_TEXT_OFFSET, GUESSED_OFFSET, bytes, ram);
        }
        int offset = linkAddress != 0 ? linkAddress & (int) (KERNEL_REGION - 1) : FLAT_OFFSET;
        return flatImageAt(offset, "", bytes, ram);
    }

    private static Kernel flatImageAt(int offset, String guess, ByteBuffer bytes, Ram ram) {
        return flatAt("Image", bytes, offset, imageFootprint(bytes, ram.size - offset), guess, ram);
    }

    private static long imageFootprint(ByteBuffer bytes, long room) {
        return Math.max(bytes.limit(), Math.min(bytes.limit() + bytes.limit() / IMAGE_PER_ZEROED, room));
    }

    /** Of a Linux whose link address nobody knows, one still knows what it usually is. */
    private static boolean beginsAsLinux(ByteBuffer bytes) {
        for (int at = 0; at < LINUX_HEAD && at + 8 <= bytes.limit(); at += 4) {
            if (bytes.getInt(at) == LINUX_FIRST && bytes.getInt(at + 4) == LINUX_SECOND) {
                return true;
            }
        }
        return false;
    }

    /** An Image where the header of its uImage wants it, if that is in RAM. One of Linux runs elsewhere, too. */
    private static Kernel placed(ByteBuffer bytes, int linkAddress, UImage header, Ram ram) {
        long base = ram.base & 0xffff_ffffL;
        long address = header.isLoadedAnywhere() ? base + NOLOAD_OFFSET : Integer.toUnsignedLong(header.loadAddress());
        long entry = Integer.toUnsignedLong(header.entry()) + (header.isLoadedAnywhere() ? address : 0);
        if (ram.contains(address, bytes.limit()) && ram.contains(entry, 4)) {
            long room = base + ram.size - address;
            Segment segment = new Segment((int) address, bytes);
            return new Kernel(
                    "uImage", List.of(segment), (int) entry, address, address + imageFootprint(bytes, room), false, "");
        }
        if (linkAddress != 0) {
            return image(bytes, linkAddress, ram);
        }
        throw new BootException(String.format(
                "is a uImage of %d KiB for 0x%08x that starts at 0x%08x, outside of RAM (%d MiB from 0x%08x);"
                        + " make it for an address in RAM or give more --memory",
                bytes.limit() + 1023 >> 10, address, entry, ram.size >> 20, base));
    }

    private static Kernel zImage(ByteBuffer bytes, Ram ram) {
        int length = bytes.limit();
        long size = Integer.toUnsignedLong(bytes.getInt(ZIMAGE_END_AT) - bytes.getInt(ZIMAGE_START_AT));
        if (size > length) {
            throw new BootException("is a truncated zImage: it has " + length + " bytes and says it has " + size);
        }
        long unpacked = zImageUnpackedSize(bytes, length);
        // The decompressor runs behind the unpacked kernel, with a copy of the whole zImage.
        return flatAt(
                "zImage", bytes, FLAT_OFFSET, LARGEST_TEXT_OFFSET + unpacked + length + DECOMPRESSOR_WORK, "", ram);
    }

    /** The unpacked kernel with its zero-initialized data, from the table that zImages have since Linux 4.15, or a guess. */
    private static long zImageUnpackedSize(ByteBuffer bytes, int length) {
        long guess = (long) length * UNPACKED_PER_PACKED;
        if (bytes.getInt(ZIMAGE_TABLE_MAGIC_AT) != ZIMAGE_TABLE_MAGIC) {
            return guess;
        }
        int at = bytes.getInt(ZIMAGE_TABLE_AT);
        while (at >= 0 && at <= length - 16) {
            int words = bytes.getInt(at);
            if (words <= 0 || words > length / 4) {
                break;
            }
            if (bytes.getInt(at + 4) == ZIMAGE_TAG_KERNEL_SIZE) {
                int sizeAt = bytes.getInt(at + 8);
                if (sizeAt < 0 || sizeAt > length - 4) {
                    break;
                }
                return Integer.toUnsignedLong(bytes.getInt(sizeAt)) + Integer.toUnsignedLong(bytes.getInt(at + 12));
            }
            at += words * 4;
        }
        return guess;
    }

    /** A flat file at an offset in RAM, which needs {@code footprint} bytes there. */
    private static Kernel flatAt(String format, ByteBuffer bytes, int offset, long footprint, String guess, Ram ram) {
        int length = bytes.limit();
        long address = (ram.base & 0xffff_ffffL) + offset;
        if (!ram.contains(address, Math.max(footprint, length))) {
            throw new BootException("does not fit into " + (ram.size >> 20) + " MiB of memory: it needs "
                    + (offset + footprint + 0xfffff >> 20) + " MiB and some to work with; give it more with --memory");
        }
        return new Kernel(
                format,
                List.of(new Segment((int) address, bytes)),
                (int) address,
                address,
                address + footprint,
                false,
                guess);
    }

    /** Says what a file is that is no kernel. A raw Image has no magic number, but starts with ARM instructions. */
    private static void refuseOthers(ByteBuffer bytes) {
        int length = bytes.limit();
        if (length >= 0x206 && bytes.getInt(0x202) == 0x53726448) { // "HdrS"
            throw new BootException("is an x86 kernel; Swivel runs 32-bit ARM ones");
        }
        if (length >= 0x3c && bytes.getInt(0x38) == 0x644d5241) { // "ARM\x64"
            throw new BootException("is a 64-bit ARM kernel; Swivel runs 32-bit ones");
        }
        int printable = 0;
        int sample = Math.min(length, 512);
        for (int i = 0; i < sample; i++) {
            int b = bytes.get(i) & 0xff;
            printable += b >= 0x20 && b < 0x7f || b == '\n' || b == '\r' || b == '\t' ? 1 : 0;
        }
        if (printable == sample) {
            throw new BootException("is a text file, not a kernel (zImage, Image, uImage or ELF)");
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
        boolean bare = ram.contains(lowest, 1);
        long shift = bare ? 0 : base - (lowest & -KERNEL_REGION);
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
        long entry = entry(Integer.toUnsignedLong(bytes.getInt(24)), loads) + shift;
        if (!ram.contains(entry, 4)) {
            throw new BootException(String.format("starts at 0x%08x, outside of what it loads", entry - shift));
        }
        if (entry % 2 != 0) {
            throw new BootException("starts in T32 (Thumb) code, which Swivel does not run yet; build it as A32");
        }
        return new Kernel("ELF", List.copyOf(segments), (int) entry, lowest + shift, end, bare, "");
    }

    /** The entry is a virtual address: it moves with the segment that it is in. */
    private static long entry(long entry, List<Load> loads) {
        for (Load load : loads) {
            if (entry >= load.virtual && entry < load.virtual + load.fileSize) {
                return entry - load.virtual + load.address;
            }
        }
        return entry;
    }

    /** What a program header of type LOAD says; sizes and addresses unsigned, {@code address} the physical one. */
    private record Load(long address, long virtual, int offset, long fileSize, long memorySize) {}

    /** A count that does not fit the header is in the info of section 0 (ELF, "Program Header"). */
    private static int extendedCount(ByteBuffer bytes) {
        long section = Integer.toUnsignedLong(bytes.getInt(32));
        if (section == 0 || section + ELF_SECTION_HEADER_SIZE > bytes.limit()) {
            throw new BootException("is a truncated ELF file: its program headers are missing");
        }
        return bytes.getInt((int) section + 28) & Integer.MAX_VALUE;
    }

    private static List<Load> loads(ByteBuffer bytes) {
        long table = Integer.toUnsignedLong(bytes.getInt(28));
        int entrySize = bytes.getShort(42) & 0xffff;
        int count = bytes.getShort(44) & 0xffff;
        if (count == PN_XNUM) {
            count = extendedCount(bytes);
        }
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
            loads.add(new Load(
                    Integer.toUnsignedLong(bytes.getInt(at + 12)),
                    Integer.toUnsignedLong(bytes.getInt(at + 8)),
                    (int) offset,
                    fileSize,
                    memorySize));
        }
        if (loads.isEmpty()) {
            throw new BootException("is an ELF file with nothing to load");
        }
        loads.sort(Comparator.comparingLong(Load::address));
        return loads;
    }
}
