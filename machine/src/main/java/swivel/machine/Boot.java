package swivel.machine;

import java.nio.ByteBuffer;
import swivel.memory.GuestMemory;

/**
 * Puts kernel, initial file system and device tree into RAM as Linux on ARM expects
 * (Documentation/arch/arm/booting.rst).
 */
public final class Boot {
    private Boot() {}

    /** Where the initial file system goes at the latest, from the start of RAM: as QEMU does it. */
    private static final long INITRD_OFFSET = 128L << 20;

    private static final int ALIGNMENT = 4096;

    /** r1 of a kernel that is started with a device tree: no machine number. */
    private static final int NO_MACHINE_TYPE = -1;

    /**
     * Registers at the first instruction, which is T32 if the PC is odd; SVC mode, interrupts masked, MMU and caches
     * off.
     */
    public record Start(int pc, int r0, int r1, int r2) {}

    /**
     * Loads everything.
     *
     * @param initrd the initial file system, or null
     * @param tree gets the place of the initial file system in /chosen and is then written to RAM
     * @throws BootException if it does not fit
     */
    public static Start load(GuestMemory memory, Kernel kernel, byte[] initrd, DeviceTree tree) {
        long base = memory.base();
        int initrdSize = initrd == null ? 0 : initrd.length;
        int treeSize = tree.flatten().length + 256; // its initrd properties are not yet in it
        long needed = alignUp(initrdSize) + alignUp(treeSize);
        long first = alignUp(kernel.end());
        long wanted = base + Math.min(memory.size() / 2, INITRD_OFFSET);
        long initrdAt = Math.max(first, Math.min(wanted, base + memory.size() - needed & -ALIGNMENT));
        if (initrdAt + needed > base + memory.size()) {
            throw new BootException("kernel (" + (first - base + 0xfffff >> 20) + " MiB), initrd and device tree ("
                    + (needed + 0xfffff >> 20) + " MiB) do not fit into " + (memory.size() >> 20)
                    + " MiB of memory; give more with --memory");
        }
        if (initrd != null) {
            tree.root()
                    .node(
                            "chosen",
                            chosen -> chosen.cells("linux,initrd-start", (int) initrdAt)
                                    .cells("linux,initrd-end", (int) (initrdAt + initrdSize)));
            memory.write(initrdAt, initrd, 0, initrdSize);
        }
        long behindInitrd = initrdAt + alignUp(initrdSize);
        // QEMU starts a program for the bare board with all registers zero, and leaves it the tree at the start of RAM.
        long treeAt = kernel.isBare() && base + treeSize <= kernel.start() ? base : behindInitrd;
        byte[] blob = tree.flatten();
        memory.write(treeAt, blob, 0, blob.length);
        for (Kernel.Segment segment : kernel.segments()) {
            ByteBuffer content = segment.content();
            memory.write(
                    Integer.toUnsignedLong(segment.address()), content.array(), content.arrayOffset(), content.limit());
        }
        return kernel.isBare()
                ? new Start(kernel.entry(), 0, 0, 0)
                : new Start(kernel.entry(), 0, NO_MACHINE_TYPE, (int) treeAt);
    }

    private static long alignUp(long value) {
        return value + ALIGNMENT - 1 & -ALIGNMENT;
    }

    /**
     * Fits a tree that somebody brought to this machine: memory, and the command line if one is given.
     *
     * @param append the kernel's command line, or null to leave the tree's own
     */
    public static void adapt(DeviceTree tree, GuestMemory memory, String append) {
        DeviceTree.Node root = tree.root();
        if (append != null) {
            root.node("chosen", chosen -> chosen.strings("bootargs", append));
        }
        setMemory(tree, memory);
    }

    /** Makes the tree describe this RAM and no other. */
    static void setMemory(DeviceTree tree, GuestMemory memory) {
        DeviceTree.Node root = tree.root();
        root.children().stream()
                .filter(node -> "memory".equals(node.string("device_type"))
                        || node.name().equals("memory"))
                .forEach(node -> root.removeChild(node.name()));
        ByteBuffer reg = ByteBuffer.allocate(16);
        putCells(reg, root.cell("#address-cells", 2), memory.base());
        putCells(reg, root.cell("#size-cells", 1), memory.size());
        root.node(
                "memory@" + Long.toHexString(memory.base()),
                node -> node.strings("device_type", "memory")
                        .bytes("reg", java.util.Arrays.copyOf(reg.array(), reg.position())));
    }

    private static void putCells(ByteBuffer to, int cells, long value) {
        switch (cells) {
            case 1 -> {
                if (value >>> Integer.SIZE != 0) {
                    throw new BootException("has sizes or addresses of 1 cell, which cannot say 0x"
                            + Long.toHexString(value) + "; give less than 4G with --memory");
                }
                to.putInt((int) value);
            }
            case 2 -> to.putLong(value);
            default -> throw new BootException("has addresses of " + cells + " cells; 1 or 2 are possible");
        }
    }
}
