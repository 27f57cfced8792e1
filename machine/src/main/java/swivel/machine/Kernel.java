package swivel.machine;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import swivel.formats.ImageException;
import swivel.formats.elf.ElfFile;
import swivel.formats.kernel.FlatHead;
import swivel.formats.kernel.UImage;
import swivel.formats.kernel.ZImage;

/**
 * A kernel file taken apart: what goes where in RAM and where it starts (Linux: Documentation/arch/arm/booting.rst).
 *
 * @param format the format, for messages: {@code zImage}
 * @param segments what to load, inside RAM
 * @param entry guest-physical address of the first instruction; with bit 0 set it is T32
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

    private static final String GUESSED_OFFSET = "the kernel does not tell where it is linked (it has no kallsyms);"
            + " it is loaded 0x%x behind the start of RAM, as usual; if it is silent, give its zImage or vmlinux"
                    .formatted(DEFAULT_TEXT_OFFSET);

    /** Linux links its kernel at the start of a region of this alignment (CONFIG_VMSPLIT_*). */
    private static final long KERNEL_REGION = 0x1000_0000;

    /** Decompressors without a size in their header: xz packs kernels to about a third; this is on the safe side. */
    private static final int UNPACKED_PER_PACKED = 6;

    /** Stack and heap of the decompressor: head.S, misc.c. */
    private static final int DECOMPRESSOR_WORK = 0x20000;

    /** An Image does not tell how much zero-initialized data follows it; Linux has much less than this share. */
    private static final int IMAGE_PER_ZEROED = 4;

    /** What the parsers of files call the kernel, whose name is not known here. */
    private static final String NAME = "it";

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
            return read(header.get().kernel(file, NAME), 0, header, ram);
        } catch (ImageException e) {
            throw new BootException(e.predicate(NAME), e);
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
        if (file.length == 0) {
            throw new BootException("is empty");
        }
        try {
            if (ElfFile.recognizes(file)) {
                return elf(ElfFile.readExecutable(file, NAME), ram);
            }
            Optional<ZImage> zImage = ZImage.of(file, NAME);
            if (zImage.isPresent()) {
                return zImage(file, zImage.get(), ram);
            }
            FlatHead.check(file, NAME);
        } catch (ImageException e) {
            throw new BootException(e.predicate(NAME), e);
        }
        return header.isPresent() ? placed(file, linkAddress, header.get(), ram) : image(file, linkAddress, ram);
    }

    private static Kernel image(byte[] file, int linkAddress, Ram ram) {
        boolean guessed = linkAddress == 0 && FlatHead.beginsAsLinux(file);
        int offset = guessed
                ? DEFAULT_TEXT_OFFSET
                : linkAddress == 0 ? FLAT_OFFSET : linkAddress & (int) (KERNEL_REGION - 1);
        return flatAt(
                "Image", file, offset, imageFootprint(file, ram.size - offset), guessed ? GUESSED_OFFSET : "", ram);
    }

    private static long imageFootprint(byte[] file, long room) {
        return Math.max(file.length, Math.min(file.length + file.length / IMAGE_PER_ZEROED, room));
    }

    /** An Image where the header of its uImage wants it, if that is in RAM. One of Linux runs elsewhere, too. */
    private static Kernel placed(byte[] file, int linkAddress, UImage header, Ram ram) {
        long base = ram.base & 0xffff_ffffL;
        long address = header.isLoadedAnywhere() ? base + NOLOAD_OFFSET : Integer.toUnsignedLong(header.loadAddress());
        long entry = Integer.toUnsignedLong(header.entry()) + (header.isLoadedAnywhere() ? address : 0);
        if (ram.contains(address, file.length) && ram.contains(entry, 4)) {
            long room = base + ram.size - address;
            Segment segment = new Segment((int) address, ByteBuffer.wrap(file));
            return new Kernel(
                    "uImage", List.of(segment), (int) entry, address, address + imageFootprint(file, room), false, "");
        }
        if (linkAddress != 0) {
            return image(file, linkAddress, ram);
        }
        throw new BootException(String.format(
                "is a uImage of %d KiB for 0x%08x that starts at 0x%08x, outside of RAM (%d MiB from 0x%08x);"
                        + " make it for an address in RAM or give more --memory",
                file.length + 1023 >> 10, address, entry, ram.size >> 20, base));
    }

    private static Kernel zImage(byte[] file, ZImage header, Ram ram) {
        long unpacked = header.unpackedSize().orElse((long) file.length * UNPACKED_PER_PACKED);
        // The decompressor runs behind the unpacked kernel, with a copy of the whole zImage.
        return flatAt(
                "zImage", file, FLAT_OFFSET, LARGEST_TEXT_OFFSET + unpacked + file.length + DECOMPRESSOR_WORK, "", ram);
    }

    /** A flat file at an offset in RAM, which needs {@code footprint} bytes there. */
    private static Kernel flatAt(String format, byte[] file, int offset, long footprint, String guess, Ram ram) {
        long address = (ram.base & 0xffff_ffffL) + offset;
        if (!ram.contains(address, Math.max(footprint, file.length))) {
            throw new BootException("does not fit into " + (ram.size >> 20) + " MiB of memory: it needs "
                    + (offset + footprint + 0xfffff >> 20) + " MiB and some to work with; give it more with --memory");
        }
        return new Kernel(
                format,
                List.of(new Segment((int) address, ByteBuffer.wrap(file))),
                (int) address,
                address,
                address + footprint,
                false,
                guess);
    }

    private static Kernel elf(ElfFile file, Ram ram) {
        List<ElfFile.Segment> loads = new ArrayList<>(file.segments());
        loads.sort((a, b) -> Integer.compareUnsigned(a.physicalAddress(), b.physicalAddress()));
        long lowest = Integer.toUnsignedLong(loads.getFirst().physicalAddress());
        long base = ram.base & 0xffff_ffffL;
        // A Linux kernel has virtual addresses in its program headers, anything else the physical ones.
        boolean bare = ram.contains(lowest, 1);
        long shift = bare ? 0 : base - (lowest & -KERNEL_REGION);
        long end = 0;
        List<Segment> segments = new ArrayList<>();
        for (ElfFile.Segment load : loads) {
            long address = Integer.toUnsignedLong(load.physicalAddress()) + shift;
            long size = Integer.toUnsignedLong(load.memorySize());
            if (load.size() > size) {
                throw new BootException(String.format(
                        "is damaged: its segment for 0x%08x has more bytes in the file than in memory",
                        load.physicalAddress()));
            }
            if (!ram.contains(address, size)) {
                throw new BootException(String.format(
                        "has a segment of %d KiB for 0x%08x, outside of RAM (%d MiB from 0x%08x); "
                                + "link it for an address in RAM or give more --memory",
                        size + 1023 >> 10, load.physicalAddress(), ram.size >> 20, base));
            }
            end = Math.max(end, address + size);
            segments.add(
                    new Segment((int) address, ByteBuffer.wrap(file.bytes()).slice(load.offset(), load.size())));
        }
        long entry = entry(Integer.toUnsignedLong(file.entry()), loads) + shift;
        if (!ram.contains(entry, 4)) {
            throw new BootException(String.format("starts at 0x%08x, outside of what it loads", entry - shift));
        }
        return new Kernel("ELF", List.copyOf(segments), (int) entry, lowest + shift, end, bare, "");
    }

    /** The entry is a virtual address: it moves with the segment that it is in. */
    private static long entry(long entry, List<ElfFile.Segment> loads) {
        for (ElfFile.Segment load : loads) {
            long distance = entry - Integer.toUnsignedLong(load.address());
            if (distance >= 0 && distance < load.size()) {
                return Integer.toUnsignedLong(load.physicalAddress()) + distance;
            }
        }
        return entry;
    }
}
