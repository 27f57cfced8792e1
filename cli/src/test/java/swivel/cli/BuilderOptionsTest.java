package swivel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import swivel.api.MachineBuilder;
import swivel.cli.config.Key;

/** What the command line can say of a machine, the builder of the Java API can say, too, by the same name. */
class BuilderOptionsTest {
    /** These say what a person sees or keeps of a run, and what signals to the process do. */
    private static final Set<String> OF_THE_RUN =
            Set.of("stats", "silence", "dump-dtb", "trace-blocks", "on-terminate", "long");

    private static final Pattern HYPHEN = Pattern.compile("-(.)");

    @Test
    void eachOptionOfRunIsAMethod() {
        Set<String> methods = Arrays.stream(MachineBuilder.class.getMethods())
                .filter(method -> method.getReturnType() == MachineBuilder.class)
                .map(Method::getName)
                .collect(Collectors.toSet());
        List<String> missing =
                new ArrayList<>(Key.of(Main.COMMANDS.get("run").get()).keySet());
        missing.removeAll(OF_THE_RUN);
        missing.removeIf(option -> methods.contains(
                HYPHEN.matcher(option).replaceAll(letter -> letter.group(1).toUpperCase(Locale.ROOT))));
        assertEquals(List.of(), missing, "options of run that MachineBuilder has no method for");
    }
}
