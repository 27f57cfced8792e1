package swivel.cli;

import java.util.List;
import java.util.Locale;
import swivel.cpu.Processor;
import swivel.machine.VirtMachine;
import swivel.vmm.MissedInstructions;
import swivel.vmm.MissedInstructions.Place;

/** What is said of sensitive instructions that a rewritten kernel executed and nobody had rewritten. */
final class MissedReport {
    /** So many places are named in the line at the end. */
    private static final int NAMED = 3;

    private MissedReport() {}

    /** How many were executed, whatever became of them. */
    static long executed(VirtMachine machine) {
        return machine.vcpu().statistics().missed.executed()
                + machine.misbehaved().executed();
    }

    /** One line for the end of a run: how many and where; null if there were none. */
    static String line(VirtMachine machine) {
        return switch (machine.vcpu().virtualization()) {
            case PATCHED -> trapped(machine.vcpu().statistics().missed);
            case STRICT -> misbehaved(machine.misbehaved());
            case TRANSLATED, BARE -> null;
        };
    }

    private static String trapped(MissedInstructions missed) {
        if (missed.executed() == 0) {
            return null;
        }
        List<Place> places = missed.places();
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "%,d sensitive instructions that nobody had rewritten trapped and were emulated, at %s%,d places: ",
                missed.executed(),
                missed.elsewhere() > 0 ? "more than " : "",
                places.size()));
        for (Place place : places.subList(0, Math.min(NAMED, places.size()))) {
            line.append(String.format(
                    Locale.ROOT, "\"%s\" at 0x%08x (%,d), ", place.text(), place.address(), place.executed()));
        }
        line.setLength(line.length() - 2);
        return line + (places.size() > NAMED ? " …; --stats lists them" : "");
    }

    private static String misbehaved(Processor.SensitiveCount found) {
        return found.executed() == 0
                ? null
                : String.format(
                        Locale.ROOT,
                        "%,d sensitive instructions that nobody had rewritten executed as in user mode (--strict);"
                                + " the first"
                                + " was \"%s\" at 0x%08x",
                        found.executed(),
                        found.firstText(),
                        found.firstAddress());
    }

    /** The places, a line each, as {@code --stats} has them. */
    static String places(MissedInstructions missed) {
        StringBuilder text = new StringBuilder();
        for (Place place : missed.places()) {
            text.append(String.format(
                    Locale.ROOT,
                    "  0x%08x %-20s %,15d  %s%n",
                    place.address(),
                    place.set().decode(place.word()).sensitivity().name().toLowerCase(Locale.ROOT),
                    place.executed(),
                    place.text()));
        }
        if (missed.elsewhere() > 0) {
            text.append(String.format(Locale.ROOT, "  %-30s %,15d%n", "elsewhere", missed.elsewhere()));
        }
        return text.toString();
    }
}
