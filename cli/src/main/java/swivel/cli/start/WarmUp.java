package swivel.cli.start;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.List;
import swivel.cpu.engine.Engine;
import swivel.machine.GuestKernel;
import swivel.machine.Kernel;
import swivel.machine.VirtBoard;
import swivel.machine.VirtMachine;
import swivel.vmm.Vcpu.Exit;
import swivel.vmm.Virtualization;

/**
 * Runs a small guest beside the reading of the real one's files, so that the classes of a machine are initialized and
 * bound to the host when that one starts, and the translator's methods are hot enough to be compiled. Classes of Swivel
 * do not need each other in a circle while they are initialized, so two threads that do it at once cannot block each
 * other.
 */
public final class WarmUp {
    private static final long MEMORY = 1 << 20;

    /** Puts a place for data into r8 and a stack behind it. */
    private static final int[] BEGIN = {
        0xe3a0_8101, // mov r8, #0x40000000
        0xe288_8701, // add r8, r8, #0x40000
        0xe288_da01, // add sp, r8, #0x1000
        0xe3a0_a006, // mov r10, #6: more often than a block is interpreted before it is translated
    };

    /** Instructions as compilers use them most. Comes again and again, for code is translated where it stands. */
    private static final int[] BODY = {
        0xe281_1001, // add r1, r1, #1
        0xe082_2003, // add r2, r2, r3
        0xe1a0_3102, // lsl r3, r2, #2
        0xe053_3002, // subs r3, r3, r2
        0x11a0_4003, // movne r4, r3
        0xe598_5000, // ldr r5, [r8]
        0xe588_5004, // str r5, [r8, #4]
        0xe5d8_6008, // ldrb r6, [r8, #8]
        0xe1c8_60ba, // strh r6, [r8, #10]
        0xe356_0003, // cmp r6, #3
        0x0a00_0000, // beq .+8
        0xe286_6001, // add r6, r6, #1
        0xe92d_4070, // push {r4, r5, r6, lr}
        0xe005_0291, // mul r5, r1, r2
        0xe7e7_5255, // ubfx r5, r5, #4, #8
        0xe6ef_5075, // uxtb r5, r5
        0xe115_0006, // tst r5, r6
        0x1a00_0000, // bne .+8
        0xe3c5_50ff, // bic r5, r5, #255
        0xe185_5006, // orr r5, r5, r6
        0xe8bd_4070, // pop {r4, r5, r6, lr}
        0xe3a0_0000, // mov r0, #0
        0xe10f_9000, // mrs r9, cpsr
        0xe28f_e000, // add lr, pc, #0
        0xe12f_ff1e, // bx lr
        0xeb00_0000, // bl .+8
        0xe320_f000, // nop
    };

    /** More would keep a processor busy on which the compiler could work for the real guest (docs/start.md). */
    private static final int COPIES = 8;

    /** From the end of {@link #BEGIN} on again, or asks PSCI to power off. */
    private static final int[] END = {
        0xe25a_a001, // subs r10, r10, #1
        0x1a00_0000 | -(COPIES * BODY.length + 3) & 0xff_ffff, // bne
        0xe3a0_0321, // mov r0, #0x84000000
        0xe380_0008, // orr r0, r0, #8
        0xe140_0070, // hvc #0
    };

    private WarmUp() {}

    /** Begins. Nobody needs to wait for the end, and what fails here will fail again where it is told. */
    public static void start(Engine engine) {
        Thread.ofPlatform().daemon().name("swivel-warm-up").start(() -> {
            try {
                Exit _ = run(engine);
            } catch (IOException | RuntimeException | LinkageError | OutOfMemoryError _) {
                // Nothing is lost but time.
            }
        });
    }

    /** Runs the guest; returns how it ended. */
    static Exit run(Engine engine) throws IOException {
        Kernel.Ram ram = new Kernel.Ram(VirtBoard.RAM, MEMORY);
        GuestKernel guest = new GuestKernel(Kernel.read(image(), ram), Virtualization.TRANSLATED, null);
        try (VirtMachine machine = new VirtMachine(
                MEMORY,
                "",
                List.of(),
                _ -> {},
                Virtualization.TRANSLATED,
                memory -> engine.create(memory, Engine.MIN_CODE_BYTES, _ -> {}))) {
            machine.boot(guest, null, machine.tree());
            return machine.vcpu().run();
        }
    }

    /** The program as a kernel's file. */
    static byte[] image() {
        ByteBuffer image = ByteBuffer.allocate(Integer.BYTES * (BEGIN.length + COPIES * BODY.length + END.length));
        IntBuffer words = image.order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().put(BEGIN);
        for (int i = 0; i < COPIES; i++) {
            words.put(BODY);
        }
        words.put(END);
        return image.array();
    }
}
