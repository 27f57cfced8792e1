package swivel.cli;

import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import swivel.cpu.engine.Engine;
import swivel.memory.HostMemory;

/** What the host offers: for each engine whether it can run here, and if not, why. */
final class DoctorCommand implements Callable<Integer> {
    CommandSpec layout() {
        return CommandLayout.command(
                "doctor", this, "Says what this host offers to run guests: which engines, and why not others.");
    }

    @Override
    public Integer call() {
        System.out.printf(
                "host    %s on %s, pages of %d KiB, Java %s%n",
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                HostMemory.pageSize() >> 10,
                Runtime.version());
        System.out.print(report(Engine::obstacle));
        return ExitStatus.OK;
    }

    /** A line for each engine. {@code obstacle}: why the host has it not, or null. */
    static String report(Function<Engine, String> obstacle) {
        StringBuilder lines = new StringBuilder();
        Engine taken = obstacle.apply(Engine.X64) == null ? Engine.X64 : Engine.INTERP;
        for (Engine engine : Engine.values()) {
            if (engine != Engine.AUTO) {
                String why = obstacle.apply(engine);
                String answer = why != null ? "no: " + why : engine == taken ? "yes, auto takes it" : "yes";
                lines.append("%-8s%s%n".formatted(SpelledEnum.spelling(engine), answer));
            }
        }
        return lines.toString();
    }
}
