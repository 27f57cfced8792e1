package swivel.nativecore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import swivel.arm.InstructionSet;
import swivel.cpu.AddressSpace.Sensitive;
import swivel.cpu.Assembler;
import swivel.memory.GuestMemory;

/** What a core in user mode must not be left alone with. The words are GNU as's. */
class SilentWordsTest {
    private static int word(String source) {
        return Assembler.assemble(0x8000, ".fpu neon\n" + source)[0];
    }

    private static int thumb(String source) {
        int both = Assembler.assemble(0x8000, ".fpu neon\n.thumb\n.inst.w 0xf3af8000\n" + source + "\n.balign 4")[1];
        return both << 16 | both >>> 16;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mrc p15, 0, r1, c13, c0, 2", // TPIDRURW
                "mcr p15, 0, r1, c13, c0, 2",
                "mrrc p15, 1, r0, r1, c14", // CNTVCT
                "mrc p15, 0, r0, c14, c0, 0", // CNTFRQ
                "mrc p14, 0, r0, c0, c0, 0", // DBGDIDR
                "vadd.f32 s0, s0, s0",
                "vldr d3, [r0]",
                "vmrs r0, fpscr",
                "vadd.i32 q0, q0, q0",
                "vld1.8 {d0}, [r0]"
            })
    void aProgramsWordsThatAreNotTheGuests(String source) {
        assertTrue(SilentWords.has(InstructionSet.A32, word(source), Sensitive.EXECUTE), source);
        assertTrue(SilentWords.has(InstructionSet.A32, word(source), Sensitive.TRAP), source);
        assertTrue(SilentWords.has(InstructionSet.T32, thumb(source), Sensitive.EXECUTE), source);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cpsid i",
                "msr cpsr_c, r0",
                "ldrt r0, [r1]",
                "strht r0, [r1]",
                "movs pc, lr",
                "sev",
                "wfe",
                "setend be"
            })
    void aKernelsSensitiveWords(String source) {
        boolean encoded = source.startsWith("setend"); // it is not sensitive: CPSR.E is user mode's
        assertEquals(!encoded, SilentWords.has(InstructionSet.A32, word(source), Sensitive.TRAP), source);
        assertFalse(SilentWords.has(InstructionSet.A32, word(source), Sensitive.EXECUTE), source);
    }

    @Test
    void aProgramSeesTheModeWithMrs() {
        assertTrue(SilentWords.has(InstructionSet.A32, word("mrs r0, cpsr"), Sensitive.EXECUTE));
        assertTrue(SilentWords.has(InstructionSet.T32, thumb("mrs r0, cpsr"), Sensitive.EXECUTE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mov r0, r1",
                "ldr r0, [pc, #8]",
                "svc #0",
                "ldc p1, c0, [r0]",
                "mrc p15, 0, r0, c13, c0, 3", // TPIDRURO
                "mcr p15, 0, r0, c7, c10, 5", // CP15DMB
                "mrc p15, 0, r0, c0, c0, 0", // MIDR, and what follows, traps
                "mrc p15, 0, r0, c9, c13, 0", // PMCCNTR
                "mrrc p15, 0, r0, r1, c14", // CNTPCT
                "mcrr p15, 3, r0, r1, c14", // CNTV_CVAL
                "mrc p15, 0, r0, c14, c3, 1", // CNTV_CTL
                "mrc p15, 0, r0, c13, c0, 4", // TPIDRPRW
                "dmb ish",
                "pld [r0]",
                "blx . + 0x100",
                "bl . - 0x100",
                "sdiv r0, r1, r2"
            })
    void wordsThatTheCoreExecutesAsTheGuestMeansThemOrNotAtAll(String source) {
        assertFalse(SilentWords.has(InstructionSet.A32, word(source), Sensitive.TRAP), source);
    }

    @Test
    void whatIsLoadedAsALiteralIsData() {
        int[] words = Assembler.assemble(0x8000, """
                ldr r0, [pc, #8]    @ 0x10
                ldrcs r1, [pc, #-12] @ 0
                ldrb r0, [pc, #0]
                ldr r0, [r1, #4]
                ldr pc, [pc, #-24]  @ 0
                ldr r0, [pc, #4088] @ in the next page
                ldr r0, [pc, #-36]  @ in the one before
                ldr r0, [pc, #4]    @ 0x28
                """);
        try (GuestMemory memory = new GuestMemory(0, GuestMemory.PAGE_SIZE)) {
            for (int i = 0; i < words.length; i++) {
                memory.write32(4L * i, words[i]);
            }
            assertEquals("{0, 16, 40}", SilentWords.literals(memory, 0).toString());
        }
    }

    @Test
    void textAndAddressesAreNoInstructions() {
        assertTrue(SilentWords.isData(0x7461_7463, 0x4001_0000)); // "ctat"
        assertTrue(SilentWords.isData(0xc014_fd4c, 0xc000_8880));
        assertFalse(SilentWords.isData(0xe10f_0000, 0xe100_0000)); // always executed
        assertFalse(SilentWords.isData(0x010f_0000, 0xc000_8000));
    }
}
