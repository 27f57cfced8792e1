package swivel.machine;

import java.util.List;
import java.util.random.RandomGenerator;
import swivel.memory.GuestMemory;

/**
 * A board as data: {@link VirtMachine} builds it, {@link #tree} describes it to the guest.
 *
 * @param compatible what the tree calls it
 * @param ram guest-physical address of RAM
 * @param interrupts of its interrupt controller, as {@link swivel.devices.GicV2} takes them
 * @param interruptController its handle in the tree
 * @param console the name of the row of the serial port that the guest talks by
 * @param rows in the order of the tree
 */
record Board(
        String compatible, int ram, int interrupts, int interruptController, String console, List<DeviceRow> rows) {
    /** The row of a name, which there must be. */
    DeviceRow row(String name) {
        return rows.stream().filter(row -> row.name().equals(name)).findFirst().orElseThrow();
    }

    /** The device tree, with the command line {@code append}. */
    DeviceTree tree(GuestMemory memory, String append, RandomGenerator random) {
        DeviceTree tree = new DeviceTree();
        DeviceTree.Node root = tree.root();
        root.cells("interrupt-parent", interruptController)
                .strings("model", compatible)
                .cells("#size-cells", 2)
                .cells("#address-cells", 2)
                .strings("compatible", compatible);
        root.node(
                "chosen",
                node -> node.strings("bootargs", append)
                        .strings("stdout-path", "/" + row(console).nodeName())
                        .bytes("rng-seed", bytes(random, 32))
                        .bytes("kaslr-seed", bytes(random, 8)));
        Boot.setMemory(tree, memory);
        for (DeviceRow row : rows) {
            root.node(row.nodeName(), node -> row.properties().fill(node, row));
        }
        return tree;
    }

    private static byte[] bytes(RandomGenerator random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
