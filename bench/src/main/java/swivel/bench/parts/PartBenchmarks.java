package swivel.bench.parts;

import java.nio.file.Path;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs the benchmarks of this package. */
public final class PartBenchmarks {
    private static final int ITERATIONS = 5;

    private PartBenchmarks() {}

    /** Runs those whose name matches a regular expression, prints the table, writes it to a file. */
    public static void run(String regex, Path json) {
        try {
            new Runner(new OptionsBuilder()
                            .include(regex)
                            .forks(1)
                            .warmupIterations(ITERATIONS)
                            .warmupTime(TimeValue.seconds(1))
                            .measurementIterations(ITERATIONS)
                            .measurementTime(TimeValue.seconds(1))
                            // As the launcher runs Swivel.
                            .jvmArgs(
                                    "-XX:+UseSerialGC",
                                    "-Xss2m",
                                    "-XX:PerMethodTrapLimit=0",
                                    "--enable-native-access=ALL-UNNAMED")
                            .resultFormat(ResultFormatType.JSON)
                            .result(json.toString())
                            .build())
                    .run();
        } catch (RunnerException e) {
            throw new IllegalStateException(e);
        }
    }
}
