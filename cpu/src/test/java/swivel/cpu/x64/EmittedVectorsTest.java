package swivel.cpu.x64;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Test;
import swivel.arm.Fpscr;
import swivel.cpu.AddressSpace;
import swivel.cpu.Assembler;
import swivel.cpu.FpRegisters;
import swivel.cpu.TestEngine;
import swivel.cpu.UserState;
import swivel.cpu.jit.JitProcessor;
import swivel.memory.GuestMemory;

/** Which instructions of Advanced SIMD the interpreter executes although nothing about their operands is special. */
class EmittedVectorsTest {
    private static final int CODE = 0x8000;

    /** 1.5, and a number of every size. */
    private static final int WORD = 0x3fc0_0000;

    /** Sorted. */
    private static final String INTERPRETED = """
            vrecpe.u32 vrsqrte.u32
            """;

    @Test
    void otherInstructionsAreEmitted() {
        HostFeatures host = HostFeatures.detect();
        assumeTrue(host.sse41() && host.fma(), "a host that has what not every one has");
        List<String> sources = new ArrayList<>();
        for (String template : FloatFuzzTest.VECTORS) {
            expand(template.strip(), sources);
        }
        StringBuilder source = new StringBuilder(".fpu neon-vfpv4\n");
        for (int i = 0; i < sources.size(); i++) {
            source.append(sources.get(i)).append("\n svc #").append(i).append('\n');
        }
        int[] words = Assembler.assemble(CODE, source.toString());
        GuestMemory memory = new GuestMemory(0, 1 << 17);
        for (int i = 0; i < words.length; i++) {
            memory.write32(CODE + 4 * i, words[i]);
        }
        JitProcessor processor = TestEngine.emitting(memory, X64Backend::new);
        AddressSpace space = processor.newAddressSpace(
                (to, va, access) -> {
                    to.map(va, va, true, true, true);
                    return true;
                },
                AddressSpace.Sensitive.EXECUTE);
        UserState state = new UserState();
        state.setPlace(CODE);
        SortedSet<String> interpreted = new TreeSet<>();
        for (String instruction : sources) {
            Arrays.fill(state.fp.words(), 0, FpRegisters.REGISTERS, WORD);
            state.fp.words()[FpRegisters.FPSCR] = Fpscr.QC | Fpscr.CUMULATIVE;
            state.r[8] = 0x3000;
            long before = processor.interpreter().instructions();
            processor.run(state, space);
            if (processor.interpreter().instructions() != before) {
                interpreted.add(instruction.split(" ", 2)[0]);
            }
            state.setPlace(state.place() + 4);
        }
        assertEquals(Arrays.asList(INTERPRETED.split("\\s+")), List.copyOf(interpreted));
    }

    /** An instruction of each type of elements. */
    private static void expand(String template, List<String> sources) {
        Matcher choice = FloatFuzzTest.CHOICE.matcher(template);
        if (choice.find()) {
            for (String one : choice.group(1).split(",", -1)) {
                expand(template.substring(0, choice.start()) + one + template.substring(choice.end()), sources);
            }
        } else if (template.startsWith("v") && !template.contains(";") && !template.contains("r8")) {
            sources.add(template.replace("%q", "q1")
                    .replace("%d", "d1")
                    .replace("%s", "s1")
                    .replace("%r", "r1")
                    .replace("%n", "3")
                    .replace("%c", ""));
        }
    }
}
