package swivel.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import swivel.arm.core.CoreModel;
import swivel.cpu.Assembler;

/**
 * A guest that executes every encoding of {@code MRC}, {@code MCR}, {@code MRRC} and {@code MCRR} of the coprocessors
 * 14 and 15 and prints those that are defined, on QEMU's core of the same name and here. It writes what it has read, or
 * else zero. What differs is listed with its reason; anything else fails.
 */
final class CoprocessorSurveyTest {
    /** Behind the device tree that QEMU puts at the start of RAM. */
    private static final int ADDRESS = 0x4020_0000;

    private static final String GUEST = """
            .set UART, 0x09000000
                b main
                .balign 32
            vectors:
                b .
                b undefined
                b power_off
                b .
                b .
                b .
                b .
                b .
            undefined:
                mov r7, #1
                movs pc, lr
            power_off:
                mov32 r0, 0x84000008
                hvc #0
                b .
            print_hex:                      @ r0, then the character r2
                mov r3, #28
            1:  lsr r1, r0, r3
                and r1, r1, #15
                cmp r1, #10
                addlo r1, r1, #'0'
                addhs r1, r1, #('a' - 10)
                str r1, [r4]
                subs r3, r3, #4
                bpl 1b
                str r2, [r4]
                bx lr
            main:
                adr r0, vectors
                mcr p15, 0, r0, c12, c0, 0
                mov r0, #MODE
                orr r0, r0, #0x1c0
                msr cpsr_c, r0
                mov32 r4, UART
                mov32 r5, patch
                mov r6, #0
            next:
                mov32 r8, WORD
            .if WIDE
                and r0, r6, #15
                orr r8, r8, r0
                lsr r0, r6, #4
                orr r8, r8, r0, lsl #4
            .else
                lsr r0, r6, #11
                orr r8, r8, r0, lsl #21
                ubfx r0, r6, #7, #4
                orr r8, r8, r0, lsl #16
                ubfx r0, r6, #3, #4
                orr r8, r8, r0
                and r0, r6, #7
                orr r8, r8, r0, lsl #5
            .endif
                orr r0, r8, #(1 << 20)      @ the read
                str r0, [r5]
                mov r7, #0
                mov r0, #0
                mov r1, #0
                blx r5
            .if WRITE
                cmp r7, #0
                movne r0, #0
                movne r1, #0
                mov r7, #0
                str r8, [r5]
                blx r5
            .endif
                cmp r7, #0
                bne 2f
                mov r9, r0
                mov r0, r6
                mov r2, #' '
                bl print_hex
                mov r0, r9
                mov r2, #'\\n'
                bl print_hex
            2:  add r6, r6, #1
                cmp r6, #COUNT
                bne next
                adr r9, end
            3:  ldrb r0, [r9], #1
                cmp r0, #0
                strne r0, [r4]
                bne 3b
                svc #0
            end:
                .asciz "ffffffff end\\n"
                .balign 4096
            patch:
                nop
                bx lr
            """;

    enum Privilege {
        KERNEL(0x13),
        PROGRAM(0x10);

        private final int mode;

        Privilege(int mode) {
            this.mode = mode;
        }
    }

    enum Direction {
        READ,
        WRITE
    }

    /** The 32-bit accesses MRC and MCR, or the 64-bit ones MRRC and MCRR, of a coprocessor. */
    enum Space {
        CP14(14, false),
        CP15(15, false),
        CP14_WIDE(14, true),
        CP15_WIDE(15, true);

        private final int coprocessor;
        private final boolean wide;

        Space(int coprocessor, boolean wide) {
            this.coprocessor = coprocessor;
            this.wide = wide;
        }

        String source(Direction direction, Privilege privilege) {
            // MCR p0, 0, r0, c0, c0, 0; MCRR p0, 0, r0, r1, c0
            int word = (wide ? 0xec41_0000 : 0xee00_0010) | coprocessor << 8;
            return """
                    .set MODE, 0x%x
                    .set WORD, 0x%x
                    .set WIDE, %d
                    .set WRITE, %d
                    .set COUNT, 0x%x
                    """.formatted(
                                    privilege.mode,
                                    word,
                                    wide ? 1 : 0,
                                    direction == Direction.WRITE ? 1 : 0,
                                    wide ? 0x100 : 0x4000)
                    + GUEST;
        }

        Register register(int index) {
            return wide
                    ? new Register(this, index >> 4, 0, index & 15, 0)
                    : new Register(this, index >> 11, index >> 7 & 15, index >> 3 & 15, index & 7);
        }
    }

    /** What an access names; CRn and opc2 of wide ones are zero. */
    record Register(Space space, int opc1, int crn, int crm, int opc2) {
        boolean is(Space spaceWanted, int opc1Wanted, int crnWanted, int crmWanted, int opc2Wanted) {
            return equals(new Register(spaceWanted, opc1Wanted, crnWanted, crmWanted, opc2Wanted));
        }

        /** Of the 32-bit registers of coprocessor 15 with opc1 = 0. */
        boolean is(int crnWanted, int crmWanted, int opc2Wanted) {
            return is(Space.CP15, 0, crnWanted, crmWanted, opc2Wanted);
        }

        boolean isDebug(int opc1Wanted, int crnWanted, int crmWanted, int opc2Wanted) {
            return is(Space.CP14, opc1Wanted, crnWanted, crmWanted, opc2Wanted);
        }
    }

    /** A reason why registers may differ. */
    private record Difference(String reason, Predicate<Register> registers) {}

    private static final List<Difference> DIFFERENCES = List.of(
            new Difference("ThumbEE is not offered: ID_PFR0", r -> r.is(0, 1, 0)),
            new Difference(
                    "ThumbEE is not offered: TEECR, TEEHBR", r -> r.isDebug(6, 0, 0, 0) || r.isDebug(6, 1, 0, 0)),
            new Difference(
                    "PMCEID0 and PMCEID1 exist in PMUv2; QEMU has them from v8 on",
                    r -> r.is(9, 12, 6) || r.is(9, 12, 7)),
            new Difference(
                    "PMUv3's event counters, which ARMv7 lacks",
                    r -> r.space == Space.CP15 && r.crn == 14 && r.crm >= 8),
            new Difference(
                    "Cortex-A15 and Cortex-A7 reset PRRR and NMRR to these values, QEMU to zero",
                    r -> r.is(10, 2, 0) || r.is(10, 2, 1)),
            new Difference("the time goes on: CNTP_TVAL, CNTV_TVAL", r -> r.is(14, 2, 0) || r.is(14, 3, 0)),
            new Difference(
                    "the time goes on: CNTPCT, CNTVCT", r -> r.space == Space.CP15_WIDE && r.crm == 14 && r.opc1 <= 1),
            new Difference(
                    "QEMU takes all of c3 for DACR, as it was before ARMv7", r -> r.space == Space.CP15 && r.crn == 3),
            new Difference("QEMU has the watchpoint fault address of ARMv6", r -> r.is(6, 0, 1)),
            new Difference("QEMU has DBGDCCINT of ARMv8", r -> r.isDebug(0, 0, 2, 0)),
            new Difference(
                    "DBGDTRRXext, DBGDTRTXext and DBGECCR are for external debuggers; QEMU has them from version 10 on",
                    r -> r.isDebug(0, 0, 0, 2) || r.isDebug(0, 0, 3, 2) || r.isDebug(0, 0, 6, 2)),
            new Difference(
                    "QEMU 7.2 lacks DBGDTRRXint and DBGDTRTXint, which belong to the baseline",
                    r -> r.isDebug(0, 0, 5, 0)),
            new Difference(
                    "QEMU has DBGDEVID at other numbers than the manual",
                    r -> r.space == Space.CP14 && r.opc1 == 0 && r.crn == 7));

    /** Differences of one core alone. */
    private static final Map<CoreModel, Difference> OWN = Map.of(
            CoreModel.CORTEX_A7,
            new Difference("Cortex-A7 resets ACTLR with data prefetch, QEMU to zero", r -> r.is(1, 0, 1)));

    private static boolean isExplained(CoreModel core, Register register) {
        return DIFFERENCES.stream().anyMatch(difference -> difference.registers.test(register))
                || OWN.containsKey(core) && OWN.get(core).registers.test(register);
    }

    static Stream<Arguments> surveys() {
        return Stream.of(CoreModel.values())
                .flatMap(core -> Stream.of(Space.values())
                        .flatMap(space -> Stream.of(Direction.values())
                                .flatMap(direction -> Stream.of(Privilege.values())
                                        .map(privilege -> Arguments.of(core, space, direction, privilege)))));
    }

    @ParameterizedTest
    @MethodSource("surveys")
    void definesTheRegistersThatQemuDefines(CoreModel core, Space space, Direction direction, Privilege privilege)
            throws IOException, InterruptedException {
        String source = space.source(direction, privilege);
        Map<Integer, String> theirs = parse(qemu(core, source));
        Map<Integer, String> ours = parse(here(core, source));
        TreeMap<String, String> unexplained = new TreeMap<>();
        for (int index = 0; index < COUNT; index++) {
            Register register = space.register(index);
            String their = theirs.getOrDefault(index, "undefined");
            String our = ours.getOrDefault(index, "undefined");
            if (!their.equals(our) && !isExplained(core, register)) {
                unexplained.put(register.toString(), "QEMU " + their + ", here " + our);
            }
        }
        assertEquals(Map.of(), unexplained);
        assertEquals("end", theirs.get(END), "the guest did not get to its end on QEMU");
    }

    private static final int COUNT = 0x4000;
    /** In place of the index of an encoding. */
    private static final int END = -1;

    /** The values that the guest printed; its first number is the index of the encoding. */
    private static Map<Integer, String> parse(String output) {
        Map<Integer, String> values = new TreeMap<>();
        for (String line : output.lines().toList()) {
            int space = line.indexOf(' ');
            if (space == 8) {
                int index = Integer.parseUnsignedInt(line.substring(0, space), 16);
                values.put(index, line.substring(space + 1).strip());
            }
        }
        return values;
    }

    private static String here(CoreModel core, String source) {
        TestBoard board = new TestBoard(Virtualization.TRANSLATED, core);
        board.loadAt(source, ADDRESS);
        board.vcpu.reset(ADDRESS, 0, 0, 0);
        assertInstanceOf(Vcpu.Exit.PowerOff.class, board.run());
        return board.output();
    }

    private static String qemu(CoreModel core, String source) throws IOException, InterruptedException {
        int[] words = Assembler.assemble(ADDRESS, source);
        ByteBuffer image = ByteBuffer.allocate(4 * words.length).order(ByteOrder.LITTLE_ENDIAN);
        image.asIntBuffer().put(words);
        Path file = Files.createTempFile("swivel-survey", ".bin");
        Path output = Files.createTempFile("swivel-survey", ".txt");
        try {
            Files.write(file, image.array());
            Process process;
            try {
                process = new ProcessBuilder(
                                "qemu-system-arm",
                                "-M",
                                "virt,highmem=off",
                                "-cpu",
                                core.commonName(),
                                "-m",
                                "64",
                                "-display",
                                "none",
                                "-serial",
                                "stdio",
                                "-net",
                                "none",
                                "-device",
                                "loader,file=%s,addr=0x%x,cpu-num=0,force-raw=on".formatted(file, ADDRESS))
                        .redirectErrorStream(true)
                        .redirectInput(ProcessBuilder.Redirect.from(
                                Path.of("/dev/null").toFile()))
                        .redirectOutput(output.toFile())
                        .start();
            } catch (IOException e) {
                throw new IllegalStateException("this test needs QEMU: apt-get install qemu-system-arm", e);
            }
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError("QEMU did not end: " + Files.readString(output, StandardCharsets.ISO_8859_1));
            }
            return Files.readString(output, StandardCharsets.ISO_8859_1);
        } finally {
            Files.delete(file);
            Files.delete(output);
        }
    }
}
