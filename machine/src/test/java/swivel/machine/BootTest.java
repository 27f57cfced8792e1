package swivel.machine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import swivel.memory.GuestMemory;

class BootTest {
    private static final int BASE = 0x40000000;

    private static Kernel kernel(int size) {
        byte[] file = new byte[4096];
        Arrays.fill(file, (byte) 0xe1);
        return new Kernel(
                "test",
                List.of(new Kernel.Segment(BASE + 0x8000, ByteBuffer.wrap(file))),
                BASE + 0x8000,
                BASE + 0x8000L,
                BASE + 0x8000L + size,
                false,
                "");
    }

    private static DeviceTree treeAt(GuestMemory memory, int address) {
        byte[] blob = new byte[Integer.reverseBytes(memory.read32(address + 4))];
        memory.read(address, blob, 0, blob.length);
        return DeviceTree.read(blob);
    }

    @Test
    void kernelGetsRegistersAndTreeThatTheProtocolAsksFor() {
        GuestMemory memory = new GuestMemory(BASE, 64 << 20);
        byte[] initrd = {1, 2, 3, 4, 5};
        Boot.Start start = Boot.load(memory, kernel(1 << 20), initrd, new DeviceTree());
        assertEquals(BASE + 0x8000, start.pc());
        assertEquals(0, start.r0());
        assertEquals(-1, start.r1());
        DeviceTree.Node chosen = treeAt(memory, start.r2()).root().child("chosen");
        int from = chosen.cell("linux,initrd-start", 0);
        assertEquals(BASE + (32 << 20), from, "the middle of a small RAM, as QEMU");
        assertEquals(from + 5, chosen.cell("linux,initrd-end", 0));
        byte[] found = new byte[5];
        memory.read(from, found, 0, 5);
        assertArrayEquals(initrd, found);
        assertEquals(0xe1e1e1e1, memory.read32(BASE + 0x8000));
    }

    /** As QEMU: all registers zero, and the tree is at the start of RAM if it fits there. */
    @Test
    void bareProgramFindsTheTreeAtTheStartOfRam() {
        GuestMemory memory = new GuestMemory(BASE, 64 << 20);
        Kernel linux = kernel(1 << 20);
        Kernel bare = new Kernel("ELF", linux.segments(), linux.entry(), linux.start(), linux.end(), true, "");
        Boot.Start start = Boot.load(memory, bare, null, new DeviceTree());
        assertEquals(new Boot.Start(BASE + 0x8000, 0, 0, 0), start);
        assertEquals(0xedfe0dd0, memory.read32(BASE));
        memory = new GuestMemory(BASE, 64 << 20);
        DeviceTree large = new DeviceTree();
        large.root().bytes("filling", new byte[0x8000]);
        start = Boot.load(memory, bare, null, large);
        assertEquals(0, start.r2());
        assertEquals(0, memory.read32(BASE), "there is no room");
    }

    @Test
    void initrdGivesWayToALargeKernelAndMovesDownWhenItIsLargeItself() {
        GuestMemory memory = new GuestMemory(BASE, 16 << 20);
        Boot.Start start = Boot.load(memory, kernel(10 << 20), new byte[100], new DeviceTree());
        assertTrue(treeAt(memory, start.r2()).root().child("chosen").cell("linux,initrd-start", 0)
                >= BASE + 0x8000 + (10 << 20));
        start = Boot.load(memory, kernel(1 << 20), new byte[12 << 20], new DeviceTree());
        assertTrue(start.r2() > BASE && start.r2() < BASE + (16 << 20));
    }

    @Test
    void whatDoesNotFitIsRefusedWithWhatToDo() {
        GuestMemory memory = new GuestMemory(BASE, 16 << 20);
        String message = assertThrows(
                        BootException.class,
                        () -> Boot.load(memory, kernel(1 << 20), new byte[16 << 20], new DeviceTree()))
                .getMessage();
        assertTrue(message.contains("--memory"), message);
    }

    @Test
    void userTreeGetsMemoryAndCommandLine() {
        GuestMemory memory = new GuestMemory(BASE, 16 << 20);
        DeviceTree tree = new DeviceTree();
        tree.root()
                .cells("#address-cells", 1)
                .cells("#size-cells", 1)
                .node("memory@60000000", n -> n.strings("device_type", "memory").cells("reg", 0x60000000, 0x1000))
                .node("chosen", n -> n.strings("bootargs", "old"));
        Boot.adapt(tree, memory, null);
        assertEquals("old", tree.root().child("chosen").string("bootargs"));
        Boot.adapt(tree, memory, "new");
        assertEquals("new", tree.root().child("chosen").string("bootargs"));
        assertEquals("memory@40000000", tree.root().child("memory").name());
        assertArrayEquals(
                new byte[] {0x40, 0, 0, 0, 1, 0, 0, 0},
                tree.root().child("memory").property("reg"));
    }

    /** What QEMU 7.2 has in its tree with {@code -m 6G}. */
    @Test
    void memoryAboveFourGibibytesHasASizeOfTwoCells() {
        GuestMemory memory = new GuestMemory(BASE, 6L << 30);
        DeviceTree tree = new DeviceTree();
        tree.root().cells("#address-cells", 2).cells("#size-cells", 2);
        Boot.adapt(tree, memory, null);
        assertArrayEquals(
                new byte[] {0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 1, (byte) 0x80, 0, 0, 0},
                tree.root().child("memory").property("reg"));
    }

    @Test
    void aTreeWhoseSizesAreTooSmallForTheMemoryIsRefused() {
        DeviceTree tree = new DeviceTree();
        tree.root().cells("#address-cells", 1).cells("#size-cells", 1);
        Boot.adapt(tree, new GuestMemory(BASE, 3L << 30), null);
        assertArrayEquals(
                new byte[] {0x40, 0, 0, 0, (byte) 0xc0, 0, 0, 0},
                tree.root().child("memory").property("reg"));
        GuestMemory large = new GuestMemory(BASE, 4L << 30);
        String message = assertThrows(BootException.class, () -> Boot.adapt(tree, large, null))
                .getMessage();
        assertTrue(message.contains("0x100000000"), message);
    }

    /** However much there is, they are where every kernel finds them. */
    @Test
    void initialFilesAndTreeStayLowInLargeMemory() {
        GuestMemory memory = new GuestMemory(BASE, 8L << 30);
        DeviceTree tree = new DeviceTree();
        byte[] initrd = {1, 2, 3, 4};
        Boot.Start start = Boot.load(memory, kernel(1 << 20), initrd, tree);
        assertEquals(BASE + (128 << 20), tree.root().child("chosen").cell("linux,initrd-start", 0));
        assertEquals(0x04030201, memory.read32(BASE + (128L << 20)));
        assertEquals(BASE + (128 << 20) + 4096, start.r2());
    }
}
