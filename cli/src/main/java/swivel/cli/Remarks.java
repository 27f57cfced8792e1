package swivel.cli;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import swivel.lpv.FileRewriter;

/** What a person should know of the files that were written, each remark once, with the number of files. */
final class Remarks {
    private Remarks() {}

    static void say(List<FileRewriter.Result> results) {
        Map<String, Integer> counts = new TreeMap<>();
        results.forEach(result -> result.remarks().forEach(remark -> counts.merge(remark, 1, Integer::sum)));
        counts.forEach((remark, count) -> Main.say(count == 1 ? remark : "%s (%,d files)".formatted(remark, count)));
    }
}
