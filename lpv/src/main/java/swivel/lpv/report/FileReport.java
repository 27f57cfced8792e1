package swivel.lpv.report;

import java.util.List;

/**
 * What was found in, or done to, one file.
 *
 * @param file its name; inside of an archive, the archive's name, an exclamation mark and the entry's
 * @param outcome what became of it
 * @param note what the file is ({@code ELF}, {@code module}), or why it was skipped or failed: no full stop, one line
 * @param totals of the sites that are certain
 * @param before how many instructions were encoded before
 * @param doubtful how many sites are doubtful
 * @param sites in the order of the file. All of them, or only the doubtful ones where nobody asked for all
 */
public record FileReport(
        String file, Outcome outcome, String note, Totals totals, int before, int doubtful, List<Site> sites) {

    /** What became of a file. */
    public enum Outcome {
        /** It has sensitive instructions, which were encoded; a scan, which have not been. */
        SENSITIVE,
        /** It has none that can be encoded. */
        CLEAN,
        /** It is nothing that is to be rewritten, so it was not looked into. */
        SKIPPED,
        /** It should have been looked into and could not be. */
        FAILED
    }

    public FileReport {
        sites = List.copyOf(sites);
    }

    /** A file that was looked into, with all its sites. */
    public static FileReport of(String file, String note, int before, List<Site> sites) {
        Totals totals = new Totals();
        int doubtful = 0;
        for (Site site : sites) {
            if (site.isDoubtful()) {
                doubtful++;
            } else {
                totals.add(site.sensitivity(), site.mnemonic(), 1);
            }
        }
        return new FileReport(file, outcome(totals), note, totals, before, doubtful, sites);
    }

    /** What became of a file that was looked into. */
    public static Outcome outcome(Totals totals) {
        return totals.all() > 0 ? Outcome.SENSITIVE : Outcome.CLEAN;
    }

    /** A file, or a group of files, that was not looked into. */
    public static FileReport skipped(String file, String why) {
        return new FileReport(file, Outcome.SKIPPED, why, new Totals(), 0, 0, List.of());
    }

    /** A file that could not be looked into. */
    public static FileReport failed(String file, String why) {
        return new FileReport(file, Outcome.FAILED, why, new Totals(), 0, 0, List.of());
    }
}
