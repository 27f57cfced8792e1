package swivel.api;

import java.nio.file.Path;
import swivel.cpu.engine.Engine;
import swivel.machine.VirtBoard;
import swivel.memory.GuestMemory;
import swivel.vmm.Virtualization;

/**
 * What of a machine goes with what. {@code swivel run} and {@link MachineBuilder} have the same rules: messages name
 * the options of the one, after which the methods of the other are called.
 */
public final class MachineRules {
    private MachineRules() {}

    /**
     * What goes with firmware, which then loads the kernel. A file that is not wanted is null.
     *
     * @throws MachineException if something does not
     */
    public static void checkFirmware(
            Path kernel, Path initrd, Path memoryFile, Virt virt, boolean strict, long memory) {
        if (kernel == null && initrd != null) {
            throw new MachineException("--initrd needs --kernel: firmware gets both, or finds its files on a --drive");
        }
        if (virt == Virt.PATCHED || strict) {
            throw new MachineException((strict ? "--strict" : "--virt patched")
                    + " and --firmware do not go together: firmware is translated, and so is what it loads");
        }
        if (memoryFile != null) {
            throw new MachineException("--memory-file and --firmware do not go together: the flash lies behind RAM");
        }
        long most = GuestMemory.MAX_SIZE - VirtBoard.FLASH_SIZE;
        if (memory > most) {
            throw new MachineException("--memory can be up to " + (most >> 20) + "M with --firmware");
        }
    }

    /**
     * The content of the flash.
     *
     * @param file where it is from
     * @throws MachineException if it does not fit
     */
    public static byte[] requireFits(byte[] firmware, Path file) {
        if (firmware.length == 0) {
            throw new MachineException("firmware " + file + " is empty");
        }
        if (firmware.length > VirtBoard.MAX_FIRMWARE) {
            throw new MachineException(
                    "firmware " + file + " has " + firmware.length + " bytes; the flash has " + VirtBoard.MAX_FIRMWARE);
        }
        return firmware;
    }

    /** How firmware is virtualized, and what it loads. */
    public static Virtualization ofFirmware(Virt virt) {
        return virt == Virt.BARE ? Virtualization.BARE : Virtualization.TRANSLATED;
    }

    /**
     * What is written of the network needs one.
     *
     * @throws MachineException if there is none
     */
    public static void checkCapture(Path pcap, boolean network) {
        if (pcap != null && !network) {
            throw new MachineException("--pcap needs a network: --net user");
        }
    }

    /**
     * Engines are compared on one core, and the host's core runs a guest that has one.
     *
     * @throws MachineException if there are more
     */
    public static void checkEngine(Engine engine, boolean lockstep, int cores) {
        if (lockstep && cores > 1) {
            throw new MachineException("--lockstep compares the engines on one core; leave out --smp");
        }
        if (engine == Engine.NATIVE && cores > 1) {
            throw new MachineException("--engine native runs a guest of one core so far; leave out --smp");
        }
    }
}
