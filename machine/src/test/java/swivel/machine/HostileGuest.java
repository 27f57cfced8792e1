package swivel.machine;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import swivel.cpu.Processor;
import swivel.cpu.engine.Engine;
import swivel.memory.GuestMemory;
import swivel.vmm.Virtualization;

/**
 * Guests that do nothing but fill the hypervisor's memory, and a program that runs one of them until the bound that it
 * is after was met some times: in a JVM of its own, {@link HostileMemoryTest}.
 */
enum HostileGuest {
    /** Enters 4 MiB of code at every word, six times each, so that it is translated too. */
    EVERY_WORD(40) {
        @Override
        void load(GuestMemory memory) {
            for (int i = 0; i < 1 << 20; i++) {
                memory.write32(AREA + 4 * i, i % 64 == 63 ? BX_LR : LDM_EIGHT);
            }
            write(memory, CODE, ENTER_EVERY_WORD);
        }
    },

    /** Enters a few pages of code at a million addresses. */
    EVERY_ADDRESS(2_000) {
        @Override
        void load(GuestMemory memory) {
            for (int page = 0; page < 256; page++) {
                write(memory, VirtBoard.RAM + page * GuestMemory.PAGE_SIZE, new int[] {ADD_R0, BX_LR});
            }
            mapEverythingToTheFirstMegabyte(memory);
            write(memory, CODE, MMU_ON);
            write(memory, CODE + 4 * MMU_ON.length, ENTER_EVERY_PAGE);
        }
    },

    /** Reads everywhere, with every right, in as many address spaces as there are values of DACR. */
    EVERY_SPACE(10) {
        @Override
        long evictions(Processor.CacheUse caches) {
            return caches.tableEvictions();
        }

        @Override
        void load(GuestMemory memory) {
            mapEverythingToTheFirstMegabyte(memory);
            write(memory, CODE, MMU_ON);
            write(memory, CODE + 4 * MMU_ON.length, READ_EVERYWHERE);
        }
    };

    private static final long MEMORY = 16 << 20;
    private static final int CODE = VirtBoard.RAM + 0x10100;
    private static final int TABLE = VirtBoard.RAM + 0x4000;
    private static final int AREA = VirtBoard.RAM + 0x200000;

    /** {@code add r0, r0, #1}. */
    private static final int ADD_R0 = 0xe2800001;
    /** {@code bx lr}. */
    private static final int BX_LR = 0xe12fff1e;
    /** {@code ldm r9, {r0-r7}}. */
    private static final int LDM_EIGHT = 0xe89900ff;

    /**
     * <pre>
     * 1: movw r10, #0; movt r10, #0x4020; add r11, r10, #0x400000; movw r9, #0; movt r9, #0x4018
     * 2: mov r8, #6
     * 3: blx r10; subs r8, r8, #1; bne 3b
     *    add r10, r10, #4; cmp r10, r11; blo 2b; b 1b
     * </pre>
     */
    private static final int[] ENTER_EVERY_WORD = {
        0xe300a000,
        0xe344a020,
        0xe28ab501,
        0xe3009000,
        0xe3449018,
        0xe3a08006,
        0xe12fff3a,
        0xe2588001,
        0x1afffffc,
        0xe28aa004,
        0xe15a000b,
        0x3afffff8,
        0xeafffff2
    };

    /**
     * TTBR0 is {@link #TABLE}, TTBCR 0, DACR all ones; SCTLR.M.
     *
     * <pre>
     * movw r0, #0x4000; movt r0, #0x4000; mcr p15, 0, r0, c2, c0, 0; mov r1, #0; mcr p15, 0, r1, c2, c0, 2
     * mvn r2, #0; mcr p15, 0, r2, c3, c0, 0; mrc p15, 0, r3, c1, c0, 0; orr r3, r3, #1; mcr p15, 0, r3, c1, c0, 0; isb
     * </pre>
     */
    private static final int[] MMU_ON = {
        0xe3040000,
        0xe3440000,
        0xee020f10,
        0xe3a01000,
        0xee021f50,
        0xe3e02000,
        0xee032f10,
        0xee113f10,
        0xe3833001,
        0xee013f10,
        0xf57ff06f
    };

    /** {@code movw r10, #0; movt r10, #0x4018; 1: blx r10; add r10, r10, #0x1000; b 1b}. */
    private static final int[] ENTER_EVERY_PAGE = {0xe300a000, 0xe344a018, 0xe12fff3a, 0xe28aaa01, 0xeafffffc};

    /**
     * <pre>
     * 1: mov r4, #1
     * 2: mcr p15, 0, r4, c3, c0, 0; isb; mov r5, #0
     * 3: ldr r6, [r5]; ldrt r6, [r5]; adds r5, r5, #0x10000; bne 3b
     *    add r4, r4, #4; cmp r4, #0x80; blo 2b; b 1b
     * </pre>
     */
    private static final int[] READ_EVERYWHERE = {
        0xe3a04001,
        0xee034f10,
        0xf57ff06f,
        0xe3a05000,
        0xe5956000,
        0xe4b56000,
        0xe2955801,
        0x1afffffb,
        0xe2844004,
        0xe3540080,
        0x3afffff5,
        0xeafffff3
    };

    private final long times;

    HostileGuest(long times) {
        this.times = times;
    }

    /** How often the bound that the guest reaches has dropped something. */
    long evictions(Processor.CacheUse caches) {
        return caches.liftedEvictions();
    }

    abstract void load(GuestMemory memory);

    private static void write(GuestMemory memory, int at, int[] words) {
        for (int i = 0; i < words.length; i++) {
            memory.write32(at + 4 * i, words[i]);
        }
    }

    /** Sections of domain 0 that everybody may read and write (ARM DDI 0406C, B3.5.1). */
    private static void mapEverythingToTheFirstMegabyte(GuestMemory memory) {
        for (int section = 0; section < 4096; section++) {
            memory.write32(TABLE + 4 * section, VirtBoard.RAM | 3 << 10 | 2);
        }
    }

    /** The arguments are a guest and an engine. Prints what the caches held at the end. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        HostileGuest guest = valueOf(arguments[0]);
        Engine engine = Engine.valueOf(arguments[1]);
        Consumer<String> remarks = System.err::println;
        try (VirtMachine machine = new VirtMachine(
                MEMORY,
                "",
                List.of(),
                value -> {},
                Virtualization.TRANSLATED,
                ram -> engine.create(ram, 64 << 20, remarks))) {
            guest.load(machine.memory());
            machine.vcpu().reset(CODE, 0, 0, 0);
            Thread watch = Thread.ofPlatform().daemon().start(() -> {
                while (guest.evictions(machine.caches()) < guest.times) {
                    try {
                        Thread.sleep(10);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }
                machine.vcpu().stop();
            });
            System.out.println(machine.vcpu().run());
            watch.join();
            System.out.println(machine.caches());
        }
    }
}
