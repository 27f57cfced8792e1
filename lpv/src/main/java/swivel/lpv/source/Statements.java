package swivel.lpv.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import swivel.arm.A32;
import swivel.arm.Fields;
import swivel.arm.Sensitivity;
import swivel.arm.T32;
import swivel.encoding.TrapEncoding;
import swivel.lpv.source.AsmText.Context;

/**
 * Goes through a text for the assembler statement by statement, for what no mnemonic shows and what the macros must be
 * told: instructions that are written as numbers, and names that {@code .req} gives to registers.
 *
 * <p>Numbers are instructions in {@code .inst}, and in {@code .long}, {@code .byte} and the like where code runs on
 * into them. The assembler encodes them ({@code lpv_long}): only it knows whether it has A32 or T32 before it.
 */
final class Statements {
    /** Directives that the flow of control passes by. */
    private static final Pattern PASSED = Pattern.compile("(?i)\\.(arm|thumb|thumb_func|code|syntax|arch\\w*|cpu|fpu"
            + "|loc|cfi_\\w+|if\\w*|else\\w*|endif|p2align|b?align|glob[a]?l|type|size|equ|set|rept|irpc?|endr|local)");

    /**
     * Instructions behind which the flow goes on, unless they are of {@link #LEAVES}. A word that is none of them may
     * be a macro that returns, so that what follows it is left to the ELF route.
     */
    private static final Pattern FOLLOWS = Pattern.compile(
            "(?i)(adc|add|and|asr|bf[ci]|bic|cdp|clrex|clz|cmn|cmp|cps|cpsi[de]|dmb|dsb|eor|isb|it[te]*|ld[cmr]\\w*|lsl"
                    + "|lsr|mcrr?2?|ml[as]|mov[wt]?|mrrc?2?|mrs|msr|mul|mvn|neg|nop|orn|orr|pld\\w*|pop|push|rbit"
                    + "|rev\\w*|ror|rrx|rs[bc]|sbc|sbfx|setend|sev|srs\\w*|st[cmr]\\w*|sub|svc|swi|swpb?"
                    + "|sxt\\w*|teq|tst|ubfx|[su]m\\w+|uxt\\w*|v[a-z]\\w*|wf[ei]|yield|[su]div|hvc|smc"
                    + "|b(?=eq|ne|cs|hs|cc|lo|mi|pl|vs|vc|hi|ls|ge|lt|gt|le))"
                    + "(s?(eq|ne|cs|hs|cc|lo|mi|pl|vs|vc|hi|ls|ge|lt|gt|le|al)?s?)(\\.\\w+)*(\\s.*)?");

    /** Instructions behind which the flow does not go on. With a condition they are none of these. */
    private static final Pattern LEAVES =
            Pattern.compile("(?i)(bx?j?|eret|rfe(ia|ib|da|db|fd|fa|ed|ea)?)(\\.[nw])?(\\s.*)?"
                    + "|(ldm(ia|ib|da|db|fd|fa|ed|ea)?|pop)(\\.[nw])?\\s.*\\b(pc|r15)\\b.*"
                    + "|(ad[cd]|and|asr|bic|eor|ldr|ls[lr]|mov|mvn|orr|ror|rrx|rs[bc]|sbc|sub)s?(\\.[nw])?"
                    + "\\s+(pc|r15)\\b.*");

    private static final Pattern NOP = Pattern.compile("(?i)nop(\\.[nw])?");

    private static final Pattern MACRO = Pattern.compile("(?i)\\.macro\\s+([\\w.]+)");

    /** {@code tbl .req r8}. */
    private static final Pattern ALIAS =
            Pattern.compile("([A-Za-z_\\\\][\\w\\\\]*)[ \\t]+\\.req[ \\t]+(?![qdsQDS][0-9])([\\w\\\\]+)");

    private static final Pattern LABEL = Pattern.compile("\\s*(\"[^\"\\n]*\"|[\\w.$]+)\\s*:");

    /** Numbers, and what makes one of several. No names: what they are only the assembler and the linker know. */
    private static final Pattern NUMBERS =
            Pattern.compile("(?:\\s|[()+\\-*/%|&^~<>!,]|0[xX][0-9a-fA-F]+|0[bB][01]+|[0-9]+)+");

    private static final Pattern LITERAL = Pattern.compile("\\(*\\s*(0[xX][0-9a-fA-F]{1,8}|[0-9]{1,10})\\s*\\)*");

    /** One in the argument of a macro of the preprocessor: {@code ARM(.inst 0xe10f0000)}. */
    private static final Pattern ARGUMENT =
            Pattern.compile("[(,]\\s{0,99}(\\.(?:inst(?:\\.[nw])?|long|word|int|[24]byte|short|hword|byte))\\b");

    private static final String ADDED = "; lpv_req";

    private final AsmText text;
    private final Consumer<Edit> edits;
    private final Consumer<SiteFinder.Doubt> doubts;

    /** Whether the flow of control comes to the statement that is looked at. */
    private boolean reached;

    /** Whether the last instruction left, and no label has come since. */
    private boolean left;

    /** Whether the statement before says that the macro defined here is the tree's own. */
    private boolean owned;

    private Statements(AsmText text, Consumer<Edit> edits, Consumer<SiteFinder.Doubt> doubts) {
        this.text = text;
        this.edits = edits;
        this.doubts = doubts;
    }

    /**
     * Looks through a text.
     *
     * @param inCode whether code may run on into its start, as the compiler's does into an {@code asm}
     */
    static void find(AsmText text, boolean inCode, Consumer<Edit> edits, Consumer<SiteFinder.Doubt> doubts) {
        Statements words = new Statements(text, edits, doubts);
        words.reached = inCode;
        int from = 0;
        while (from < text.length()) {
            int end = words.statementEnd(from);
            words.statement(from, end);
            from = end + 1;
        }
    }

    /** The end of a statement; strings of the assembler belong to it as they are. */
    private int statementEnd(int from) {
        boolean string = false;
        int i = from;
        for (; i < text.length() && text.at(i) != '\n' && (string || text.at(i) != ';'); i++) {
            if (text.at(i) == '"' && text.at(i - 1) != '\\') {
                string = !string;
            }
        }
        return i;
    }

    private void statement(int from, int end) {
        String all = text.substring(from, end);
        int start = 0;
        Matcher label = LABEL.matcher(all);
        while (label.region(start, all.length()).lookingAt()) {
            start = label.end();
            left = false;
        }
        while (start < all.length()
                && (Character.isWhitespace(all.charAt(start)) || AsmText.isJoint(all.charAt(start)))) {
            start++;
        }
        int wordEnd = start;
        while (wordEnd < all.length() && AsmText.isWord(all.charAt(wordEnd))) {
            wordEnd++;
        }
        Matcher alias = ALIAS.matcher(all).region(start, all.length());
        if (alias.lookingAt()) {
            alias(from + alias.end(), alias.group(1), alias.group(2));
            return;
        }
        String word = all.substring(start, wordEnd);
        if (word.equals("lpv_own")) {
            owned = true;
            return;
        }
        Mnemonic mnemonic = Mnemonic.of(word);
        if (start == all.length()) {
            return;
        }
        if (mnemonic != null && mnemonic.kind() == Mnemonic.Kind.ENCODED) {
            encoded(from + start, word, all.substring(wordEnd));
        } else if (word.startsWith(".")) {
            Matcher macro = MACRO.matcher(all).region(start, all.length());
            if (macro.lookingAt() && !owned && isOurs(macro.group(1))) {
                String own = "lpv_own " + macro.group(1) + "; ";
                edits.accept(new Edit(text.offset(from + start), 0, own, "", "", Sensitivity.NONE, false));
            }
            owned = false;
            reached = reached && PASSED.matcher(word).matches();
            left = left && !word.equals(".section");
        } else {
            Matcher argument = ARGUMENT.matcher(all).region(start, all.length());
            if (argument.find()) {
                encoded(from + argument.start(1), argument.group(1), argument(all, argument.end()));
            } else {
                instruction(all.substring(start).replace(AsmText.CLOSE, ' ').strip());
            }
        }
    }

    /** NOPs behind what leaves are padding, unless there is a label. */
    private void instruction(String plain) {
        if (NOP.matcher(plain).matches()) {
            reached = !left;
        } else {
            left = LEAVES.matcher(plain).matches();
            reached = !left && FOLLOWS.matcher(plain).matches();
        }
    }

    /** Whether a macro of the tree has a name that the macros have, too: {@code smccc} is SMC with the condition CC. */
    private static boolean isOurs(String name) {
        Mnemonic mnemonic = Mnemonic.of(name);
        return mnemonic != null
                && switch (mnemonic.kind()) {
                    case ENCODED, ACCESS_STEM, RETURN_STEM -> false;
                    default -> true;
                };
    }

    /** The assembler knows a name as it is written, in lower and in upper case. */
    private void alias(int end, String name, String register) {
        if (text.substring(end, Math.min(text.length(), end + ADDED.length())).equals(ADDED)) {
            return;
        }
        String names = name.startsWith("\\\\")
                ? name
                : Stream.of(name, name.toLowerCase(Locale.ROOT), name.toUpperCase(Locale.ROOT))
                        .distinct()
                        .collect(Collectors.joining(","));
        edits.accept(new Edit(
                text.offset(end - 1) + 1, 0, ADDED + " " + register + "," + names, "", "", Sensitivity.NONE, false));
    }

    /** What stands before the parenthesis that ends an argument. */
    private static String argument(String all, int from) {
        int depth = 0;
        int end = from;
        while (end < all.length() && depth >= 0) {
            char c = all.charAt(end++);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        }
        return all.substring(from, depth < 0 ? end - 1 : end);
    }

    private void encoded(int from, String directive, String written) {
        String operands = operands(written);
        if (operands.isEmpty()) {
            return;
        }
        String name = directive.toLowerCase(Locale.ROOT);
        boolean instruction = name.startsWith(".inst");
        boolean numbers = NUMBERS.matcher(operands).matches();
        List<Integer> words = numbers ? literals(name, operands) : List.of();
        Sensitivity sensitivity = words.stream()
                .filter(TrapEncoding::encodable)
                .filter(word -> word >>> 28 >= Fields.AL)
                .map(word -> A32.decode(word).sensitivity())
                .findFirst()
                .orElse(Sensitivity.NONE);
        boolean allPlain =
                words.size() == operands.split(",", -1).length && words.stream().allMatch(Statements::isPlain);
        boolean parameter = text.context() == Context.DEFINE && isParameter(operands);
        if (!allPlain && (instruction || parameter || numbers && reached && isWhole(name, operands))) {
            edits.accept(new Edit(
                    text.offset(from),
                    directive.length(),
                    MacroLibrary.PREFIX + name.substring(1),
                    directive,
                    (directive + " " + operands).replaceAll("[\\s\\x01\\x02]+", " "),
                    sensitivity,
                    sensitivity != Sensitivity.NONE));
            reached = true;
        } else if (sensitivity != Sensitivity.NONE && !reached) {
            doubts.accept(new SiteFinder.Doubt(
                    text.offset(from),
                    directive + " " + operands,
                    "reads like an instruction, but nothing runs into it"));
        } else if (!numbers) {
            reached = false;
        }
    }

    /** Without the parts of C around, a comment, and what follows the end of an argument. */
    private static String operands(String written) {
        int comment = written.indexOf('@');
        String operands = (comment < 0 ? written : written.substring(0, comment)).strip();
        while (!operands.isEmpty() && AsmText.isJoint(operands.charAt(operands.length() - 1))) {
            operands = operands.substring(0, operands.length() - 1).strip();
        }
        return operands;
    }

    /** Bytes and halfwords are an instruction if they are whole words. */
    private static boolean isWhole(String name, String operands) {
        int count = operands.split(",", -1).length;
        return !name.equals(".byte") || count % 2 == 0;
    }

    /** Whether a word is sensitive neither in A32 nor in T32, where the first halfword is the lower one. */
    private static boolean isPlain(int word) {
        return !TrapEncoding.encodable(word)
                && !T32.decode(Integer.rotateLeft(word, 16)).isSensitive()
                && !T32.decode(word & 0xffff).isSensitive()
                && !T32.decode(word >>> 16).isSensitive();
    }

    /** The A32 words that are written as they are. */
    private static List<Integer> literals(String name, String operands) {
        List<Integer> words = new ArrayList<>();
        if (!name.matches("\\.(inst|long|word|int|4byte)")) {
            return words;
        }
        for (String operand : operands.split(",", -1)) {
            Matcher literal = LITERAL.matcher(operand.strip());
            if (literal.matches()) {
                words.add((int) number(literal.group(1)));
            }
        }
        return words;
    }

    private static long number(String literal) {
        boolean octal = literal.matches("0[0-7]+");
        return literal.startsWith("0x") || literal.startsWith("0X") || octal
                ? Long.decode(literal)
                : Long.parseLong(literal);
    }

    /** {@code #define ___inst_arm(x) .long x}: the name says that it is an instruction. */
    private boolean isParameter(String operands) {
        return text.name().matches("(?i)(.*_)?(inst|insn|opcode)s?(_.*)?")
                && operands.matches("[\\s\\x01\\x02]*\\w+(\\(\\w+\\))?[\\s\\x01\\x02]*(,.*)?");
    }
}
