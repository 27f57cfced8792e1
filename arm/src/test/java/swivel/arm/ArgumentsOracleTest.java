package swivel.arm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The records of words have the registers and numbers that GNU objdump writes, and are equal where words mean the same.
 */
class ArgumentsOracleTest {
    private static final int WORDS_PER_ROW = 400;

    /** Rows whose written form has no operands that a record has, by their names. */
    private static final Pattern WITHOUT_OPERANDS =
            Pattern.compile("UNDEFINED.*|NEON.*|VMOV_64|VFP_.*|VMRS|VMSR|HINT.*|NOP.*|YIELD.*|WFE.*|WFI.*"
                    + "|SEV.*|DBG.*|DSB.*|DMB.*|ISB.*|CLREX.*|SETEND.*|ERET|IT_T1");

    private final Set<Instruction> compared = new HashSet<>();
    private final StringBuilder differences = new StringBuilder();

    @Test
    void recordsOfA32SayWhatObjdumpWrites() {
        int[] words = words(A32.values(), InstructionSet.A32);
        Objdump.disassemble(words, (index, word, text) -> compare(InstructionSet.A32, word, 4 * index, text));
        finish(A32.values());
    }

    @Test
    void recordsOfT32SayWhatObjdumpWrites() {
        int[] words = words(T32.values(), InstructionSet.T32);
        Objdump.disassembleT32(
                words, (index, word, text) -> compare(InstructionSet.T32, word, Objdump.T32_STRIDE * index, text));
        finish(T32.values());
    }

    private static int[] words(Instruction[] rows, InstructionSet set) {
        SplittableRandom random = new SplittableRandom(11);
        return Arrays.stream(rows)
                .flatMapToInt(
                        row -> random.ints(WORDS_PER_ROW).map(row::canonical).filter(word -> set.decode(word) == row))
                .toArray();
    }

    private void compare(InstructionSet set, int word, int address, String text) {
        Instruction row = set.decode(word);
        // DisassemblerOracleTest knows why objdump writes some otherwise than we do; and it writes MOV r8, r8 as NOP.
        if (!text.equals(set.disassemble(word, address)) || text.equals("nop")) {
            return;
        }
        List<String> ours = ArgumentTokens.of(set, row.arguments(word), address);
        if (ours == null) {
            return;
        }
        compared.add(row);
        List<String> theirs = tokens(text);
        if (!isWritten(ours, theirs, text) && differences.length() < 5000) {
            differences.append("%08x %s: %s, %s: %s%n".formatted(word, row, row.arguments(word), ours, text));
        }
    }

    private void finish(Instruction[] rows) {
        assertEquals("", differences.toString());
        String missing = Arrays.stream(rows)
                .filter(row -> !compared.contains(row)
                        && !WITHOUT_OPERANDS.matcher(row.name()).matches())
                .map(Instruction::name)
                .collect(Collectors.joining(" "));
        assertEquals("", missing);
    }

    /**
     * What is left out: the stack of PUSH and POP, and a destination that is the first operand (or the last one of
     * MUL).
     */
    private static boolean isWritten(List<String> ours, List<String> theirs, String text) {
        if (theirs.equals(ours)) {
            return true;
        }
        if (text.startsWith("push") || text.startsWith("pop")) {
            List<String> list = new ArrayList<>(ours);
            list.remove("sp");
            list.removeIf(token -> token.startsWith("#"));
            return theirs.equals(list);
        }
        int count = ours.size();
        if (count < 2 || theirs.size() != count - 1) {
            return false;
        }
        boolean first = ours.get(0).equals(ours.get(1)) && theirs.equals(ours.subList(1, count));
        boolean last = ours.get(0).equals(ours.get(count - 1)) && theirs.equals(ours.subList(0, count - 1));
        return first || last;
    }

    private static final Pattern TOKEN = Pattern.compile(
            "(?<rotated>#\\d+, \\d+)|(?<register>-?\\b(?:r\\d+|sl|fp|ip|sp|lr|pc)\\b)|#(?<number>-?\\d+)|0x(?<hex>[0-9a-f]+)"
                    + "|\\bp?(?<plain>(?:cr)?\\d+)\\b");

    /** Instructions whose number has no sign before it. */
    private static final Pattern CALL = Pattern.compile("(svc|hvc|smc)");

    private static List<String> tokens(String text) {
        List<String> tokens = new ArrayList<>();
        int operands = text.indexOf(' ');
        Matcher matcher = TOKEN.matcher(operands < 0 ? "" : text.substring(operands));
        while (matcher.find()) {
            if (matcher.group("rotated") != null) {
                String[] parts = matcher.group().substring(1).split(", ", -1);
                number(tokens, Integer.rotateRight(Integer.parseInt(parts[0]), Integer.parseInt(parts[1])));
            } else if (matcher.group("number") != null) {
                number(tokens, (int) Long.parseLong(matcher.group("number")));
            } else if (matcher.group("hex") != null) {
                number(tokens, Integer.parseUnsignedInt(matcher.group("hex"), 16));
            } else if (matcher.group("plain") != null && CALL.matcher(text).lookingAt()) {
                number(tokens, Integer.parseInt(matcher.group("plain")));
            } else if (matcher.group("plain") != null) {
                tokens.add(matcher.group("plain"));
            } else {
                tokens.add(matcher.group());
            }
        }
        return tokens;
    }

    private static void number(List<String> tokens, int value) {
        if (value != 0) {
            tokens.add("#" + value);
        }
    }

    @TempDir
    Path directory;

    /**
     * What T32 words do that A32 has another instruction for, or whose operands are places of branches, by names of
     * rows.
     */
    private static final Pattern OTHERWISE_IN_A32 =
            Pattern.compile("UNDEFINED.*|NEON.*|VMOV.*|VFP.*|IT_T1|B_T.|BL_T1|BLX_IMM_T2|CBZ_T1|.*[BHR]T_T1|HINT.*");

    private static final Pattern WIDTH = Pattern.compile("^(\\w+)\\.[wn]\\b");

    /** Each T32 word is written as objdump does, and that assembled to A32. */
    @Test
    void wordsOfBothSetsThatMeanTheSameHaveEqualRecords() throws Exception {
        List<Integer> words = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(12);
        int[] candidates = Arrays.stream(T32.values())
                .filter(row -> !OTHERWISE_IN_A32.matcher(row.name()).matches())
                .flatMapToInt(
                        row -> random.ints(WORDS_PER_ROW).map(row::canonical).filter(word -> T32.decode(word) == row))
                .toArray();
        Objdump.disassembleT32(candidates, (index, word, text) -> {
            if (text.equals(InstructionSet.T32.disassemble(word, Objdump.T32_STRIDE * index))) {
                words.add(word);
                lines.add(WIDTH.matcher(text).replaceFirst("$1"));
            }
        });
        int[] assembled = GnuAssembler.assemble(directory, lines);
        Set<T32> equal = new HashSet<>();
        StringBuilder different = new StringBuilder();
        for (int i = 0; i < assembled.length; i++) {
            T32 row = T32.decode(words.get(i));
            Arguments ours = row.arguments(words.get(i));
            if (assembled[i] == GnuAssembler.REFUSED || isOneRegister(ours) || !isSame(lines.get(i), assembled[i])) {
                continue;
            }
            Arguments theirs = A32.decode(assembled[i]).arguments(assembled[i]);
            if (ours.equals(theirs)) {
                equal.add(row);
            } else if (different.length() < 5000) {
                different.append(
                        "%s: %08x %s, %08x %s%n".formatted(lines.get(i), words.get(i), ours, assembled[i], theirs));
            }
        }
        assertEquals("", different.toString());
        assertTrue(equal.size() > 150, () -> equal.size() + " rows");
        System.out.printf("%d rows of T32 have words that A32 has, too%n", equal.size());
    }

    /** The assembler may write ADD as SUB, and so on; and objdump MOV r8, r8 as NOP. */
    private static boolean isSame(String line, int assembled) {
        String text = Disassembler.disassemble(assembled, 0);
        return !line.equals("nop") && mnemonic(line).equals(mnemonic(text));
    }

    private static String mnemonic(String text) {
        int end = text.indexOf(' ');
        return end < 0 ? text : text.substring(0, end);
    }

    /** PUSH and POP of one register are loads and stores in A32. */
    private static boolean isOneRegister(Arguments arguments) {
        return arguments instanceof Arguments.BlockTransfer block && Integer.bitCount(block.list()) <= 1;
    }
}
