package swivel.lpv.source;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import swivel.lpv.source.AsmText.Context;

/**
 * The macros of a tree, those of the assembler and those of the preprocessor: what they do with their arguments, as far as it tells
 * whether something in their bodies or their calls is sensitive. A name stands for all macros of that name in the tree.
 */
final class GasMacros {
    private static final Pattern MACRO =
            Pattern.compile("(?im)^[ \\t]*\\.macro[ \\t]+([\\w.$]+)[ \\t]*,?([^\\n]*)\\n((?s:.*?))^[ \\t]*\\.endm\\b");

    /** A statement that may be a call, by its name and its arguments. */
    private static final Pattern STATEMENT =
            Pattern.compile("(?m)(?:^|[;:])[ \\t]*([A-Za-z_][\\w.$]*)[ \\t]+([^;\\n]*)");

    /** A parameter in the place of a mnemonic, and what is pasted to it. */
    private static final Pattern OPERATION =
            Pattern.compile("(?m)(?:^|[;:(])[ \\t]*\\\\(\\w+)((?:\\\\\\(\\)|[\\w.\\\\])*)");

    private static final Pattern PC = Pattern.compile("(?i)\\b(pc|r15)\\b");

    /** A macro of the preprocessor that pastes a T to what it is given. */
    private static final Pattern PASTES = Pattern.compile("##\\s*\\w*t\\b|#\\s*\\w+[\\s\\x01\\x02]*\\w*t\\b");

    private record Macro(List<String> parameters, String body) {}

    private record Call(String caller, String callee, List<String> arguments) {}

    private final Map<String, List<Macro>> macros = new HashMap<>();
    private final List<Call> calls = new ArrayList<>();
    private final Map<String, String> defines = new HashMap<>();

    /** Macros of the preprocessor without parameters. */
    private final Set<String> words = new HashSet<>();

    /** Macros whose argument may be PC. */
    private final Set<String> withPc = new HashSet<>();

    /** {@code macro.parameter}: the parameter is a mnemonic. */
    private final Set<String> operations = new HashSet<>();

    /** {@code macro.parameter}: the parameter is the first part of a mnemonic, and more than a condition is pasted to it. */
    private final Set<String> stems = new HashSet<>();

    /** Macros of the preprocessor that paste a T. */
    private final Set<String> pasting = new HashSet<>();

    /** Adds what a text defines. */
    synchronized void add(AsmText text) {
        String chars = text.substring(0, text.length());
        if (text.context() == Context.DEFINE) {
            if (!text.hasParameters()) {
                words.add(text.name());
            }
            defines.merge(text.name(), chars, (one, other) -> one + "\n" + other);
        }
        if (text.context() == Context.STRING || !chars.contains(".macro")) {
            return;
        }
        Matcher matcher = MACRO.matcher(chars);
        while (matcher.find()) {
            String name = matcher.group(1).toLowerCase(Locale.ROOT);
            List<String> parameters = Arrays.stream(matcher.group(2).strip().split("[\\s,]+"))
                    .map(parameter -> parameter.replaceFirst("[=:].*", ""))
                    .toList();
            macros.computeIfAbsent(name, _ -> new ArrayList<>()).add(new Macro(parameters, matcher.group(3)));
        }
    }

    /** Adds the calls in a text; all definitions are known. */
    synchronized void addCalls(AsmText text) {
        if (text.context() == Context.STRING || macros.isEmpty()) {
            return;
        }
        String chars = text.substring(0, text.length());
        List<int[]> bodies = new ArrayList<>();
        List<String> names = new ArrayList<>();
        Matcher definition = MACRO.matcher(chars);
        while (definition.find()) {
            bodies.add(new int[] {definition.start(3), definition.end(3)});
            names.add(definition.group(1).toLowerCase(Locale.ROOT));
        }
        Matcher matcher = STATEMENT.matcher(chars);
        int body = 0;
        while (matcher.find()) {
            String callee = matcher.group(1).toLowerCase(Locale.ROOT);
            if (macros.containsKey(callee)) {
                while (body < bodies.size() && bodies.get(body)[1] <= matcher.start()) {
                    body++;
                }
                String caller = body < bodies.size() && bodies.get(body)[0] <= matcher.start() ? names.get(body) : "";
                calls.add(new Call(caller, callee, arguments(matcher.group(2))));
            }
        }
    }

    static List<String> arguments(String text) {
        return List.of(text.strip().split("\\s*,\\s*|\\s+"));
    }

    /** Draws the conclusions. */
    void conclude() {
        defines.forEach((name, body) -> {
            if (PASTES.matcher(body).find()) {
                pasting.add(name);
            }
        });
        macros.forEach((name, all) -> all.forEach(macro -> operations(name, macro)));
        boolean more = true;
        while (more) {
            int before = withPc.size() + operations.size() + stems.size() + pasting.size();
            defines.forEach((name, body) -> {
                if (pasting.stream().anyMatch(paster -> body.contains(paster + "("))) {
                    pasting.add(name);
                }
            });
            calls.forEach(this::conclude);
            more = withPc.size() + operations.size() + stems.size() + pasting.size() > before;
        }
    }

    private void operations(String name, Macro macro) {
        Matcher matcher = OPERATION.matcher(macro.body());
        while (matcher.find()) {
            String key = name + "." + matcher.group(1);
            operations.add(key);
            String rest = matcher.group(2).replace("\\()", "");
            if (!rest.isEmpty() && !rest.matches("\\\\?(c|cc|cond|condition)(\\.[wn])?")) {
                stems.add(key);
            }
        }
    }

    private void conclude(Call call) {
        for (int i = 0; i < call.arguments().size(); i++) {
            String argument = call.arguments().get(i);
            if (PC.matcher(argument).find() || argument.startsWith("\\") && withPc.contains(call.caller())) {
                withPc.add(call.callee());
            }
            if (argument.startsWith("\\") && !call.caller().isEmpty()) {
                String callers = call.caller() + "." + argument.substring(1);
                for (String parameter : parameters(call.callee(), i)) {
                    if (operations.contains(call.callee() + "." + parameter)) {
                        operations.add(callers);
                    }
                    if (stems.contains(call.callee() + "." + parameter)) {
                        stems.add(callers);
                    }
                }
            }
        }
    }

    private List<String> parameters(String macro, int index) {
        return macros.get(macro).stream()
                .filter(one -> index < one.parameters().size())
                .map(one -> one.parameters().get(index))
                .toList();
    }

    /** Whether a word is the name of a macro of the assembler. */
    boolean isMacro(String word) {
        return macros.containsKey(word.toLowerCase(Locale.ROOT));
    }

    /** Whether a word is a macro of the preprocessor. */
    boolean isPreprocessors(String word) {
        return defines.containsKey(word);
    }

    /** Whether a word that reads like a mnemonic is a macro of the tree. */
    boolean isDefined(String word) {
        return words.contains(word) || isMacro(word);
    }

    /** Whether a macro may be called with PC as an argument. */
    boolean mayGetPc(String macro) {
        return withPc.contains(macro.toLowerCase(Locale.ROOT));
    }

    /** Whether an argument of a macro is used as a mnemonic. */
    boolean isOperation(String macro, int index) {
        String name = macro.toLowerCase(Locale.ROOT);
        return parameters(name, index).stream().anyMatch(parameter -> operations.contains(name + "." + parameter));
    }

    /** Whether an argument of a macro is used as the first part of a mnemonic. */
    boolean isStem(String macro, int index) {
        String name = macro.toLowerCase(Locale.ROOT);
        return parameters(name, index).stream().anyMatch(parameter -> stems.contains(name + "." + parameter));
    }

    /** Whether a macro of the preprocessor pastes a T to an argument. */
    boolean pastes(String macro) {
        return pasting.contains(macro);
    }
}
