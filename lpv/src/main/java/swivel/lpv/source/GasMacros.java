package swivel.lpv.source;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
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
 * The macros of a tree, those of the assembler and those of the preprocessor: what they do with their arguments, as far
 * as it tells whether something in their bodies or their calls is sensitive. A name stands for all macros of that name
 * in the tree.
 */
final class GasMacros {
    private static final Pattern MACRO = Pattern.compile("(?im)^[ \\t]*\\.macro[ \\t]+([\\w.$]+)[ \\t]*,?([^\\n]*)\\n");

    private static final Pattern END = Pattern.compile("(?im)^[ \\t]*\\.endm\\b");

    /** A statement that may be a call, by its name and its arguments. */
    private static final Pattern STATEMENT =
            Pattern.compile("(?m)(?:^|[;:])[ \\t]*([A-Za-z_][\\w.$]*)[ \\t]+([^;\\n]*)");

    /** A parameter in the place of a mnemonic, and what is pasted to it. */
    private static final Pattern OPERATION =
            Pattern.compile("(?m)(?:^|[;:(])[ \\t]*\\\\(\\w+)((?:\\\\\\(\\)|[\\w.\\\\])*+)");

    private static final Pattern PC = Pattern.compile("(?i)\\b(pc|r15)\\b");

    /** A macro of the preprocessor that pastes a T to what it is given. */
    private static final Pattern PASTES =
            Pattern.compile("##\\s*+\\w*+(?<=t)|#\\s*+\\w{2,}+(?<=t)|#\\s*+\\w++[\\s\\x01\\x02]++\\w++(?<=t)");

    /** A call of a macro of the preprocessor. */
    private static final Pattern CALL = Pattern.compile("\\b(\\w++)\\(");

    /** Nobody passes a mnemonic on through so many macros. */
    private static final int MAX_CHAIN = 200;

    private record Macro(List<String> parameters, String body) {}

    private record Definition(String name, String parameters, int bodyStart, int bodyEnd) {}

    private record Call(String caller, String callee, List<String> arguments) {}

    private final Map<String, List<Macro>> macros = new HashMap<>();
    private final List<Call> calls = new ArrayList<>();
    private final Map<String, List<Call>> callsIn = new HashMap<>();
    private final Map<String, List<String>> defines = new HashMap<>();
    private long characters;

    /** Macros of the preprocessor without parameters. */
    private final Set<String> words = new HashSet<>();

    /** Macros whose argument may be PC. */
    private final Set<String> withPc = new HashSet<>();

    /** {@code macro.parameter}: the parameter is a mnemonic. */
    private final Set<String> operations = new HashSet<>();

    /**
     * {@code macro.parameter}: the parameter is the first part of a mnemonic, and more than a condition is pasted to
     * it.
     */
    private final Set<String> stems = new HashSet<>();

    /** {@code macro.parameter}: all that calls give for it; {@link #UNKNOWN} among it if not all is known. */
    private final Map<String, Set<String>> values = new HashMap<>();

    private static final String UNKNOWN = "?";

    /** {@code macro.parameter}: what {@link #isMnemonic} is true of. */
    private final Set<String> mnemonics = new HashSet<>();

    /** Macros of the preprocessor that paste a T. */
    private final Set<String> pasting = new HashSet<>();

    /** Adds what a text defines. */
    synchronized void add(AsmText text) {
        String chars = text.substring(0, text.length());
        characters += chars.length();
        if (text.context() == Context.DEFINE) {
            if (!text.hasParameters()) {
                words.add(text.name());
            }
            defines.computeIfAbsent(text.name(), _ -> new ArrayList<>()).add(chars);
        }
        if (text.context() == Context.STRING || !chars.contains(".macro")) {
            return;
        }
        for (Definition definition : definitions(chars)) {
            List<String> parameters = Arrays.stream(
                            definition.parameters().strip().split("[\\s,]+"))
                    .map(parameter -> parameter.replaceFirst("[=:].*", ""))
                    .toList();
            macros.computeIfAbsent(definition.name(), _ -> new ArrayList<>())
                    .add(new Macro(parameters, chars.substring(definition.bodyStart(), definition.bodyEnd())));
        }
    }

    private static List<Definition> definitions(String chars) {
        List<Definition> definitions = new ArrayList<>();
        Matcher macro = MACRO.matcher(chars);
        Matcher end = END.matcher(chars);
        for (int at = 0; macro.find(at) && end.find(macro.end()); at = end.end()) {
            definitions.add(
                    new Definition(macro.group(1).toLowerCase(Locale.ROOT), macro.group(2), macro.end(), end.start()));
        }
        return definitions;
    }

    /** Adds the calls in a text; all definitions are known. */
    synchronized void addCalls(AsmText text) {
        if (text.context() == Context.STRING || macros.isEmpty()) {
            return;
        }
        String chars = text.substring(0, text.length());
        List<Definition> bodies = definitions(chars);
        Matcher matcher = STATEMENT.matcher(chars);
        int body = 0;
        while (matcher.find()) {
            String callee = matcher.group(1).toLowerCase(Locale.ROOT);
            if (macros.containsKey(callee)) {
                while (body < bodies.size() && bodies.get(body).bodyEnd() <= matcher.start()) {
                    body++;
                }
                boolean inside = body < bodies.size() && bodies.get(body).bodyStart() <= matcher.start();
                String caller = inside ? bodies.get(body).name() : "";
                Call call = new Call(caller, callee, arguments(matcher.group(2)));
                calls.add(call);
                callsIn.computeIfAbsent(caller, _ -> new ArrayList<>()).add(call);
            }
        }
    }

    static List<String> arguments(String text) {
        return List.of(text.strip().split("\\s*,\\s*|\\s+"));
    }

    /**
     * Draws the conclusions.
     *
     * @throws Effort.Spent if the macros are made to have no end of them
     */
    void conclude() {
        Effort effort = new Effort(characters);
        findPasting();
        macros.forEach((name, all) -> all.forEach(macro -> operations(name, macro, effort)));
        boolean more = true;
        while (more) {
            long before = size();
            calls.forEach(call -> conclude(call, effort));
            more = size() > before;
        }
        values.forEach((key, given) -> {
            if (operations.contains(key)
                    && given.stream().allMatch(value -> kind(value) != null)
                    && given.stream().anyMatch(value -> stems.contains(key) || isWhole(kind(value)))) {
                mnemonics.add(key);
            }
        });
    }

    private void findPasting() {
        Map<String, Set<String>> callers = new HashMap<>();
        defines.forEach((name, bodies) -> {
            for (String body : bodies) {
                if (PASTES.matcher(body).find()) {
                    pasting.add(name);
                }
                Matcher call = CALL.matcher(body);
                while (call.find()) {
                    callers.computeIfAbsent(call.group(1), _ -> new HashSet<>()).add(name);
                }
            }
        });
        Deque<String> added = new ArrayDeque<>(pasting);
        while (!added.isEmpty()) {
            for (String caller : callers.getOrDefault(added.remove(), Set.of())) {
                if (pasting.add(caller)) {
                    added.add(caller);
                }
            }
        }
    }

    private long size() {
        return (long) withPc.size()
                + operations.size()
                + stems.size()
                + values.values().stream().mapToLong(Set::size).sum();
    }

    /** What a body does with a parameter. */
    enum Use {
        OTHER,
        /** It is a mnemonic, maybe but for a condition. */
        OPERATION,
        /** It is the first part of a mnemonic. */
        STEM;

        /** Whether a mnemonic that is given for it is, or becomes, a sensitive one. */
        boolean isRewritten(Mnemonic.Kind kind) {
            return this == STEM || this == OPERATION && isWhole(kind);
        }
    }

    /** What a body does with a parameter. */
    static Use use(String body, String parameter) {
        Use use = Use.OTHER;
        Matcher matcher = OPERATION.matcher(body);
        while (matcher.find()) {
            if (matcher.group(1).equals(parameter)) {
                String rest = matcher.group(2).replace("\\()", "");
                if (!rest.isEmpty() && !rest.matches("\\\\?(c|cc|cond|condition)(\\.[wn])?")) {
                    return Use.STEM;
                }
                use = Use.OPERATION;
            }
        }
        return use;
    }

    private void operations(String name, Macro macro, Effort effort) {
        for (String parameter : macro.parameters()) {
            effort.spend(macro.body().length());
            Use use = use(macro.body(), parameter);
            if (use != Use.OTHER) {
                operations.add(name + "." + parameter);
            }
            if (use == Use.STEM) {
                stems.add(name + "." + parameter);
            }
        }
    }

    /** What an argument of a call costs to look at, in looks at characters. */
    private static final int ARGUMENT = 64;

    private void conclude(Call call, Effort effort) {
        for (int i = 0; i < call.arguments().size(); i++) {
            String argument = call.arguments().get(i);
            effort.spend((long) ARGUMENT * macros.get(call.callee()).size());
            if (PC.matcher(argument).find() || argument.startsWith("\\") && withPc.contains(call.caller())) {
                withPc.add(call.callee());
            }
            for (String parameter : parameters(call.callee(), i)) {
                boolean named = argument.startsWith(parameter + "=");
                String value = named ? argument.substring(parameter.length() + 1) : argument;
                give(call.callee() + "." + parameter, value, call.caller(), effort);
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

    private void give(String key, String argument, String caller, Effort effort) {
        Set<String> known = values.computeIfAbsent(key, _ -> new HashSet<>());
        if (argument.matches("\\\\\\w+") && !caller.isEmpty()) {
            Set<String> given = values.getOrDefault(caller + "." + argument.substring(1), Set.of());
            effort.spend((long) ARGUMENT * given.size());
            known.addAll(given);
        } else {
            known.add(argument.indexOf('\\') < 0 ? argument : UNKNOWN);
        }
    }

    /**
     * Whether a parameter in the place of a mnemonic gets only mnemonics that the macros know, one of which is or may
     * become sensitive. Then the macro's body is rewritten, not its calls: the parameter may stand in a string, too.
     */
    boolean isMnemonic(String macro, String parameter) {
        return mnemonics.contains(macro.toLowerCase(Locale.ROOT) + "." + parameter);
    }

    private static Mnemonic.Kind kind(String value) {
        Mnemonic mnemonic = Mnemonic.of(value);
        return mnemonic == null || mnemonic.kind() == Mnemonic.Kind.ENCODED ? null : mnemonic.kind();
    }

    /** Whether a mnemonic is sensitive, with any operands, although only a part of the operands tell. */
    static boolean isWhole(Mnemonic.Kind kind) {
        return switch (kind) {
            case ACCESS_STEM, RETURN_STEM, RETURN, MULTIPLE, ENCODED -> false;
            default -> true;
        };
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

    /**
     * Whether an argument of a macro has to be rewritten in the call: it is used as a mnemonic, or as the first part of
     * one.
     *
     * @param effort of the file that the call is in
     */
    boolean isOperation(String macro, int index, Mnemonic.Kind kind, Effort effort) {
        String name = macro.toLowerCase(Locale.ROOT);
        effort.spend((long) ARGUMENT * macros.get(name).size());
        return parameters(name, index).stream()
                .anyMatch(parameter -> (stems.contains(name + "." + parameter)
                                || isWhole(kind) && operations.contains(name + "." + parameter))
                        && !isRewritten(name, parameter, new HashSet<>(), effort));
    }

    /** Whether all bodies that a parameter gets into as a mnemonic are rewritten. */
    private boolean isRewritten(String macro, String parameter, Set<String> seen, Effort effort) {
        if (!seen.add(macro + "." + parameter)) {
            return true;
        }
        if (seen.size() > MAX_CHAIN) {
            throw new Effort.Spent();
        }
        return isMnemonic(macro, parameter)
                && callsIn.getOrDefault(macro, List.of()).stream()
                        .allMatch(call -> isRewritten(call, "\\" + parameter, seen, effort));
    }

    private boolean isRewritten(Call call, String argument, Set<String> seen, Effort effort) {
        for (int i = 0; i < call.arguments().size(); i++) {
            effort.spend(ARGUMENT);
            if (call.arguments().get(i).endsWith(argument)) {
                effort.spend((long) ARGUMENT * macros.get(call.callee()).size());
                for (String parameter : parameters(call.callee(), i)) {
                    if (operations.contains(call.callee() + "." + parameter)
                            && !isRewritten(call.callee(), parameter, seen, effort)) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    /** Whether a macro of the preprocessor pastes a T to an argument. */
    boolean pastes(String macro) {
        return pasting.contains(macro);
    }
}
