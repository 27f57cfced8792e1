package swivel.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import swivel.cpu.Assembler;

/**
 * A guest that reads every one of the 16,384 encodings of {@code MRC p15} and prints those that are defined, on QEMU's Cortex-A15 and
 * here. What differs is listed with its reason; anything else fails.
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
                mov32 r8, 0xee100f10        @ mrc p15, 0, r0, c0, c0, 0
                lsr r0, r6, #11
                orr r8, r8, r0, lsl #21
                ubfx r0, r6, #7, #4
                orr r8, r8, r0, lsl #16
                ubfx r0, r6, #3, #4
                orr r8, r8, r0
                and r0, r6, #7
                orr r8, r8, r0, lsl #5
                str r8, [r5]
                mov r7, #0
                blx r5
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
                cmp r6, #0x4000
                bne next
                svc #0
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

    /** What an MRC names. */
    private record Register(int opc1, int crn, int crm, int opc2) implements Comparable<Register> {
        static Register of(int index) {
            return new Register(index >> 11, index >> 7 & 15, index >> 3 & 15, index & 7);
        }

        boolean is(int crnWanted, int crmWanted, int opc2Wanted) {
            return opc1 == 0 && crn == crnWanted && crm == crmWanted && opc2 == opc2Wanted;
        }

        @Override
        public int compareTo(Register other) {
            return Comparator.comparingInt(Register::opc1)
                    .thenComparingInt(Register::crn)
                    .thenComparingInt(Register::crm)
                    .thenComparingInt(Register::opc2)
                    .compare(this, other);
        }
    }

    /** A reason why registers may differ. */
    private record Difference(String reason, Predicate<Register> registers) {}

    private static final List<Difference> DIFFERENCES = List.of(
            new Difference("no long descriptors: ID_MMFR0", r -> r.is(0, 1, 4)),
            new Difference("no debug, no performance counters: ID_DFR0", r -> r.is(0, 1, 2)),
            new Difference("no performance counters: PMCR.N", r -> r.is(9, 12, 0)),
            new Difference(
                    "PMCEID0 and PMCEID1 exist in PMUv2; QEMU has them from v8 on",
                    r -> r.is(9, 12, 6) || r.is(9, 12, 7)),
            new Difference("PMUv3's event counters, which Cortex-A15 lacks", r -> r.crn == 14 && r.crm >= 8),
            new Difference(
                    "Cortex-A15 resets PRRR and NMRR to these values, QEMU to zero", r -> r.crn == 10 && r.crm == 2),
            new Difference("the time goes on: CNTP_TVAL, CNTV_TVAL", r -> r.is(14, 2, 0) || r.is(14, 3, 0)),
            new Difference("QEMU takes all of c3 for DACR, as it was before ARMv7", r -> r.crn == 3),
            new Difference("QEMU has the TLB lockdown of ARMv6 in c10", r -> r.crn == 10 && r.crm != 2 && r.crm != 3),
            new Difference("QEMU has the watchpoint fault address of ARMv6", r -> r.is(6, 0, 1)),
            new Difference("QEMU reads all of c15 as zero", r -> r.crn == 15));

    @ParameterizedTest
    @EnumSource
    void definesTheRegistersThatQemuDefines(Privilege privilege) throws IOException, InterruptedException {
        String source = ".set MODE, 0x%x\n".formatted(privilege.mode) + GUEST;
        Map<Register, String> theirs = parse(qemu(source));
        Map<Register, String> ours = parse(here(source));
        assertFalse(theirs.isEmpty(), "QEMU printed nothing");
        TreeSet<Register> all = new TreeSet<>(theirs.keySet());
        all.addAll(ours.keySet());
        TreeMap<Register, String> unexplained = new TreeMap<>();
        for (Register register : all) {
            String their = theirs.getOrDefault(register, "undefined");
            String our = ours.getOrDefault(register, "undefined");
            if (!their.equals(our) && DIFFERENCES.stream().noneMatch(d -> d.registers.test(register))) {
                unexplained.put(register, "QEMU " + their + ", here " + our);
            }
        }
        assertEquals(Map.of(), unexplained);
    }

    /** The values that the guest printed; its first number is the index of the encoding. */
    private static Map<Register, String> parse(String output) {
        Map<Register, String> values = new TreeMap<>();
        for (String line : output.lines().toList()) {
            int space = line.indexOf(' ');
            if (space == 8) {
                int index = Integer.parseInt(line.substring(0, space), 16);
                values.put(Register.of(index), line.substring(space + 1).strip());
            }
        }
        return values;
    }

    private static String here(String source) {
        TestBoard board = new TestBoard(Virtualization.TRANSLATED);
        board.loadAt(source, ADDRESS);
        board.vcpu.reset(ADDRESS, 0, 0, 0);
        assertInstanceOf(Vcpu.Exit.PowerOff.class, board.run());
        return board.output();
    }

    private static String qemu(String source) throws IOException, InterruptedException {
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
                                "cortex-a15",
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
