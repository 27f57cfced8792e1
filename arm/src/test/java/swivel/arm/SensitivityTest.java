package swivel.arm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Which instructions are sensitive, told from how GNU objdump writes them and not from the table. */
class SensitivityTest {
    private static final String COND = "(eq|ne|cs|cc|mi|pl|vs|vc|hi|ls|ge|lt|gt|le)?";

    private static final Map<Sensitivity, Pattern> WRITTEN = new EnumMap<>(Map.of(
            Sensitivity.STATUS,
            Pattern.compile(
                    "(cps|mrs|rfe|srs).*"
                            + "|msr"
                            + COND
                            + " (SPSR.*|CPSR_f?s?(x|c|xc), .*|(R\\d+|SP|LR|ELR)_(usr|fiq|irq|svc|abt|und|mon|hyp), .*|\\(UNDEF.*)"),
            Sensitivity.MULTIPLE,
            Pattern.compile("(ldm|stm|push|pop).*\\^"),
            Sensitivity.UNPRIVILEGED,
            Pattern.compile("(ldr|str)(b|h|sb|sh)?t" + COND + " .*"),
            Sensitivity.RETURN,
            Pattern.compile(
                    "(and|eor|sub|rsb|add|adc|sbc|rsc|orr|mov|lsl|lsr|asr|ror|rrx|bic|mvn)s" + COND + " pc, .*"),
            Sensitivity.HINT,
            Pattern.compile("(yield|wfe|wfi|sev)" + COND),
            Sensitivity.CALL,
            Pattern.compile("(smc|hvc|eret)" + COND + "( .*)?")));

    @Test
    void itIsWhatTheWrittenFormSays() {
        SplittableRandom random = new SplittableRandom(4);
        int[] words = Arrays.stream(A32.values())
                .flatMapToInt(row -> random.ints(1000).map(row::canonical))
                .filter(word -> A32.decode(word).isAsItShouldBe(word))
                .toArray();
        StringBuilder differences = new StringBuilder();
        Objdump.disassemble(words, (index, word, text) -> {
            Sensitivity expected = text.isEmpty() ? Sensitivity.NONE : written(word, text);
            Sensitivity actual = A32.decode(word).sensitivity();
            if (expected != actual && !text.isEmpty()) {
                differences.append("%08x %s: %s, but %s%n".formatted(word, text, expected, actual));
            }
        });
        assertEquals("", differences.toString());
    }

    private static Sensitivity written(int word, String text) {
        boolean shiftedByRegister = (word & 1 << 25 | word & 1 << 4) == 1 << 4;
        boolean noMsr = text.startsWith("msr") && (word & 1 << 25) == 0 && (word & 0xf0) != 0;
        return WRITTEN.entrySet().stream()
                .filter(written -> written.getValue().matcher(text).matches())
                .map(Map.Entry::getKey)
                // UNPREDICTABLE, not an exception return (A8.8, "if d == 15 || n == 15 || m == 15 || s == 15")
                .filter(sensitivity -> sensitivity != Sensitivity.RETURN || !shiftedByRegister)
                // what objdump takes for MSR although bits 7:4 say otherwise (A5.2.12)
                .filter(sensitivity -> !noMsr)
                .findFirst()
                .orElse(Sensitivity.NONE);
    }
}
