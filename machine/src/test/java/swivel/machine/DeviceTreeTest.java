package swivel.machine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class DeviceTreeTest {
    private static DeviceTree sample() {
        DeviceTree tree = new DeviceTree();
        tree.root()
                .cells("#address-cells", 2)
                .cells("#size-cells", 2)
                .strings("compatible", "linux,dummy-virt", "test")
                .node("memory@40000000", n -> n.strings("device_type", "memory").cells("reg", 0, 0x40000000, 0, 0x1000))
                .node(
                        "bus",
                        bus -> bus.node(
                                "leaf@1", n -> n.flag("dma-coherent").bytes("odd", new byte[] {1, 2, 3, 4, 5})));
        return tree;
    }

    @Test
    void theDeviceTreeCompilerReadsWhatWeWrite() {
        // Strings of a list are joined by a NUL in dtc 1.6, apart in 1.7.
        String source = Tools.run(sample().flatten(), "dtc", "-I", "dtb", "-O", "dts", "-q")
                .replace("\\0", "\", \"");
        assertEquals("""
                /dts-v1/;

                / {
                	#address-cells = <0x02>;
                	#size-cells = <0x02>;
                	compatible = "linux,dummy-virt", "test";

                	memory@40000000 {
                		device_type = "memory";
                		reg = <0x00 0x40000000 0x00 0x1000>;
                	};

                	bus {

                		leaf@1 {
                			dma-coherent;
                			odd = [01 02 03 04 05];
                		};
                	};
                };
                """, source);
    }

    @Test
    void theDeviceTreeCompilerReadsATreeWithRoom() {
        byte[] blob = sample().flatten(5000);
        assertEquals(5000, blob.length);
        String[] dtc = {"dtc", "-I", "dtb", "-O", "dtb", "-q"};
        assertArrayEquals(Tools.runBytes(sample().flatten(), dtc), Tools.runBytes(blob, dtc));
        assertTrue(sample().flatten(1).length > 100);
    }

    @Test
    void weReadWhatTheDeviceTreeCompilerWrites() {
        byte[] blob = Tools.runBytes(
                """
                /dts-v1/;
                /memreserve/ 0x41000000 0x2000;
                / { chosen { bootargs = "quiet"; }; memory@0 { device_type = "memory"; reg = <0 1>; /delete-property/ x; }; };
                """.getBytes(java.nio.charset.StandardCharsets.UTF_8), "dtc", "-I", "dts", "-O", "dtb", "-q");
        DeviceTree tree = DeviceTree.read(blob);
        assertEquals("quiet", tree.root().child("chosen").string("bootargs"));
        assertEquals("memory", tree.root().child("memory").string("device_type"));
        assertTrue(Tools.run(tree.flatten(), "dtc", "-I", "dtb", "-O", "dts", "-q")
                .contains("/memreserve/\t0x0000000041000000 0x0000000000002000;"));
    }

    @Test
    void readingAndWritingAgainChangesNothing() {
        byte[] blob = sample().flatten();
        assertArrayEquals(blob, DeviceTree.read(blob).flatten());
    }

    @Test
    void damagedTreesAreRefusedInOneSentence() {
        byte[] blob = sample().flatten();
        Random random = new Random(1);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = blob.clone();
            for (int n = random.nextInt(4); n >= 0; n--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            try {
                DeviceTree.read(damaged);
            } catch (BootException e) {
                refused++;
            }
        }
        assertTrue(refused > 1000, "damage was noticed " + refused + " times");
        assertThrows(BootException.class, () -> DeviceTree.read(new byte[0]));
        assertThrows(BootException.class, () -> DeviceTree.read(java.util.Arrays.copyOf(blob, blob.length - 1)));
    }

    /** Offsets and sizes in the header: of the whole, the structure, the strings. */
    @Test
    void treeWhoseSizesLieIsRefused() {
        byte[] blob = sample().flatten();
        int size = blob.length;
        int structure = java.nio.ByteBuffer.wrap(blob).getInt(8);
        for (int[] lie : new int[][] {
            {4, size + 1},
            {4, size - 8},
            {4, -1},
            {8, size},
            {8, -4},
            {12, size},
            {12, structure - 4 - size},
            {32, size},
            {32, 4},
            {32, -1},
            {36, size},
            {36, 16},
            {36, -1}
        }) {
            byte[] lying = blob.clone();
            java.nio.ByteBuffer.wrap(lying).putInt(lie[0], lie[1]);
            assertThrows(BootException.class, () -> DeviceTree.read(lying), lie[0] + " " + lie[1]);
        }
    }
}
