package swivel.api;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import swivel.machine.Boot;
import swivel.machine.BootException;
import swivel.machine.DeviceTree;
import swivel.machine.GuestKernel;
import swivel.machine.VirtMachine;

/**
 * What a machine starts with.
 *
 * @param kernel null: the firmware starts, if the machine has some
 * @param initialFiles null: there are none
 * @param tree a device tree in place of the board's, or null
 * @param append the kernel's command line; null: that of the tree
 */
public record GuestFiles(GuestKernel kernel, InitialFiles initialFiles, DeviceTree tree, String append) {
    /** The most bytes of a command line that Linux reads (COMMAND_LINE_SIZE in arch/arm/include/uapi/asm/setup.h). */
    private static final int MAX_LINE = 1023;

    /** What a kernel is told: by {@code append}, else by a tree that somebody brought. */
    public static String commandLine(String append, DeviceTree tree) {
        if (append != null || tree == null) {
            return append == null ? "" : append;
        }
        DeviceTree.Node chosen = tree.root().child("chosen");
        String ofTree = chosen == null ? null : chosen.string("bootargs");
        return ofTree == null ? "" : ofTree;
    }

    /**
     * Loads them, so that the machine can be run.
     *
     * @param hasFirmware whether the machine has
     * @param say told in lines what is not as it may have been meant
     * @return the device tree that the guest gets
     * @throws BootException if they do not fit
     */
    public DeviceTree load(VirtMachine machine, boolean hasFirmware, Consumer<String> say) {
        DeviceTree appended = kernel == null ? null : kernel.appendedTree();
        if (appended != null) {
            say.accept("the guest gets the device tree that is appended to the kernel, as it is: --append, --initrd,"
                    + " --memory and --dtb change nothing in it");
            machine.boot(kernel, null, appended);
            return appended;
        }
        DeviceTree used = tree != null ? tree : machine.tree();
        if (tree != null) {
            Boot.adapt(tree, machine.memory(), append);
        }
        if (kernel != null) {
            if (!kernel.kernel().isBare()) {
                warnOfLongLine(commandLine(append, tree), say);
            }
            machine.boot(kernel, initialFiles == null ? null : initialFiles.beside(kernel), used);
        } else if (hasFirmware) {
            machine.bootFirmware(used);
        }
        return used;
    }

    private static void warnOfLongLine(String line, Consumer<String> say) {
        int length = line.getBytes(StandardCharsets.UTF_8).length;
        if (length > MAX_LINE) {
            say.accept("the kernel's command line has %,d bytes; Linux reads the first %,d and drops the others"
                    .formatted(length, MAX_LINE));
        }
    }
}
