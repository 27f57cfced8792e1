package swivel.arm;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts what agrees, what is explained, and keeps examples of what is neither. */
final class Comparison {
    private final StringBuilder ours = new StringBuilder();
    private final InstructionSet set;
    private final List<ObjdumpDifference> differences;
    private final Map<String, Integer> failures = new HashMap<>();
    private final StringBuilder examples = new StringBuilder();
    private final int[] explained;
    private int compared;
    private int failed;

    Comparison(InstructionSet set) {
        this.set = set;
        this.differences = set == InstructionSet.A32 ? ObjdumpDifference.LIST : T32ObjdumpDifferences.LIST;
        this.explained = new int[differences.size()];
    }

    void compare(int[] words) {
        if (set == InstructionSet.A32) {
            Objdump.disassemble(words, this::compare);
        } else {
            Objdump.disassembleT32(words, this::compare);
        }
    }

    private void compare(int index, int word, String theirs) {
        compared++;
        ours.setLength(0);
        Disassembler.disassemble(ours, set, word, (set == InstructionSet.A32 ? 4 : Objdump.T32_STRIDE) * index);
        boolean bothUndefined = theirs.isEmpty() && ours.charAt(0) == '.';
        if (bothUndefined || theirs.contentEquals(ours)) {
            return;
        }
        int explanation = ObjdumpDifference.explain(differences, word, ours.toString(), theirs);
        if (explanation >= 0) {
            explained[explanation]++;
            return;
        }
        failed++;
        Instruction row = set.decode(word);
        String name = detailed(row, word).name();
        if (failures.merge(name, 1, Integer::sum) <= 5) {
            examples.append("%08x %s: %s, objdump: %s%n".formatted(word, name, ours, theirs));
        }
    }

    private static Instruction detailed(Instruction row, int word) {
        if (row.name().startsWith("NEON")) {
            return Neon.decode(word);
        }
        return row.name().startsWith("V") ? Vfp.decode(word) : row;
    }

    void finish(String what) {
        StringBuilder report = new StringBuilder("%,d %s: %,d differ for a reason:%n"
                .formatted(compared, what, Arrays.stream(explained).sum()));
        for (int i = 0; i < explained.length; i++) {
            if (explained[i] != 0) {
                report.append(
                        "%,10d %s%n".formatted(explained[i], differences.get(i).reason()));
            }
        }
        System.out.print(report);
        if (failed != 0) {
            fail("%,d differ without one, by row %s%n%s".formatted(failed, failures, examples));
        }
    }
}
