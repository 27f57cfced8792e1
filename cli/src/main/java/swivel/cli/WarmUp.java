package swivel.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import swivel.cpu.Engine;
import swivel.machine.GuestKernel;
import swivel.machine.Kernel;
import swivel.machine.VirtMachine;
import swivel.vmm.Virtualization;

/**
 * Runs a guest of four instructions beside the reading of the real one's files, so that the classes of a machine are initialized, bound
 * to the host and being compiled when that one starts. Classes of Swivel do not need each other in a circle while they are
 * initialized, so two threads that do it at once cannot block each other.
 */
final class WarmUp {
    private static final long MEMORY = 1 << 20;

    /** A program that asks PSCI to power off. */
    private static final int[] POWER_OFF = {
        0xe10f_1000, // mrs r1, cpsr
        0xe3a0_0321, // mov r0, #0x84000000
        0xe380_0008, // orr r0, r0, #8
        0xe140_0070, // hvc #0
    };

    private WarmUp() {}

    /** Begins. Nobody needs to wait for the end. */
    static void start() {
        Thread.ofPlatform().daemon().name("swivel-warm-up").start(WarmUp::run);
    }

    private static void run() {
        Kernel.Ram ram = new Kernel.Ram(VirtMachine.RAM, MEMORY);
        GuestKernel guest = new GuestKernel(Kernel.read(image(), 0, ram), Virtualization.TRANSLATED, null);
        try (VirtMachine machine = new VirtMachine(
                MEMORY,
                "",
                List.of(),
                _ -> {},
                Virtualization.TRANSLATED,
                memory -> Engine.AUTO.create(memory, Engine.MIN_CODE_BYTES, _ -> {}))) {
            machine.boot(guest, null, machine.tree());
            var _ = machine.vcpu().run();
        } catch (IOException | RuntimeException | LinkageError | OutOfMemoryError _) {
            // The real guest's start will say it.
        }
    }

    /** The program as a kernel's file. */
    static byte[] image() {
        ByteBuffer image = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
        image.asIntBuffer().put(POWER_OFF);
        return image.array();
    }
}
