package swivel.cli.foreign;

import static java.util.Map.entry;

import java.util.Map;

/** The options of kvmtool's {@code lkvm run}. */
final class Kvmtool {
    private Kvmtool() {}

    /** By name. Options that are not here have no equivalent. */
    static final Map<String, Word> WORDS = Map.ofEntries(
            entry("-k", Word.same("--kernel")),
            entry("--kernel", Word.same("--kernel")),
            entry("-i", Word.same("--initrd")),
            entry("--initrd", Word.same("--initrd")),
            entry("-p", Word.same("--append")),
            entry("--params", Word.same("--append")),
            entry("-f", Word.same("--firmware")),
            entry("--firmware", Word.same("--firmware")),
            entry("-m", Word.same("--memory")),
            entry("--mem", Word.same("--memory")),
            entry("-c", Word.same("--smp")),
            entry("--cpus", Word.same("--smp")),
            entry("-d", Word.of(Kvmtool::disk)),
            entry("--disk", Word.of(Kvmtool::disk)),
            entry("--9p", Word.of((to, value) -> {
                int comma = value.lastIndexOf(',');
                to.option("--share", comma < 0 ? "" : value.substring(0, comma) + ":" + value.substring(comma + 1));
            })),
            entry("-n", Word.of(Kvmtool::network)),
            entry("--network", Word.of(Kvmtool::network)),
            entry("--vsock", Word.of((to, cid) -> to.option("--vsock", "vsock.sock,cid=" + cid))),
            entry("--console", Word.always("serial")),
            entry("--rng", Word.always()),
            entry("--aarch32", Word.always()));

    private static void disk(Translation to, String value) {
        Properties disk = Properties.of(value);
        to.disk(disk, disk.firstOr("image"));
    }

    private static void network(Translation to, String value) {
        switch (Properties.of(value).firstOr("mode").replace("mode=", "")) {
            case "user" -> to.option("--net", "user");
            case "none" -> {}
            default -> to.refuse();
        }
    }
}
