package swivel.cli.foreign;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/**
 * A command line of Swivel in the making, and what of the other one is not in it. What belongs together and stands
 * apart there, such as a disk and its device, is gathered until the end.
 */
final class Translation {
    private final CommandSpec run;
    private final List<String> words = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();
    private final List<Disk> disks = new ArrayList<>();
    private final Map<String, String> folders = new LinkedHashMap<>();
    private boolean snapshot;
    private String current = "";

    /** A disk as it was described. */
    private static final class Disk {
        private final String id;
        private final String file;
        private final boolean raw;
        private final boolean readOnly;
        private final boolean snapshot;
        private String serial;

        Disk(Properties drive, String file) {
            this.id = drive.get("id");
            this.file = file;
            this.raw = drive.get("format").equals("raw");
            this.readOnly = drive.isOn("readonly")
                    || drive.isOn("ro")
                    || drive.get("media").equals("cdrom");
            this.snapshot = drive.isOn("snapshot");
            this.serial = drive.get("serial");
        }

        String argument(boolean snapshotOfAll) {
            return file
                    + (raw ? ",raw" : "")
                    + (readOnly ? ",ro" : snapshot || snapshotOfAll ? ",snapshot" : "")
                    + (serial.isEmpty() ? "" : ",serial=" + serial);
        }
    }

    /** {@code run} tells which options there are. */
    Translation(CommandSpec run) {
        this.run = run;
    }

    /** What is being translated, for {@link #refuse}. */
    void begin(String word, String value) {
        current = value.isEmpty() ? word : word + " " + value;
    }

    /** What is being translated has no equivalent. */
    void refuse() {
        refused.add(current);
    }

    /** A part of it has none. */
    void refuse(String part) {
        refused.add(current.split(" ", 2)[0] + " …" + part);
    }

    /** An option with a value, if Swivel has it and it is there once or may be there again. */
    void option(String name, String value) {
        var option = run.findOption(name);
        if (option == null || value.isEmpty() || words.contains(name) && !option.isMultiValue()) {
            refuse();
        } else {
            words.add(name);
            words.add(value);
        }
    }

    void flag(String name) {
        if (run.findOption(name) == null) {
            refuse();
        } else {
            words.add(name);
        }
    }

    /** Words that are Swivel's own. */
    void own(List<String> own) {
        words.addAll(own);
    }

    void disk(Properties drive, String file) {
        disks.add(new Disk(drive, file));
    }

    /** Names a disk that was described under an id. */
    void serialOf(String id, String serial) {
        disks.stream().filter(disk -> disk.id.equals(id)).forEach(disk -> disk.serial = serial);
    }

    /** No disk is written. */
    void snapshot() {
        snapshot = true;
    }

    /** A folder, of which a device says the name for the guest. */
    void folder(Properties folder) {
        String readOnly = folder.isOn("readonly") ? ",ro" : "";
        String tag = folder.get("mount_tag");
        if (!folder.first().equals("local") || folder.get("path").isEmpty()) {
            refuse();
        } else if (tag.isEmpty()) {
            folders.put(folder.get("id"), folder.get("path") + ":%s" + readOnly);
        } else {
            option("--share", folder.get("path") + ":" + tag + readOnly);
        }
    }

    /** The device of a folder. */
    void folderDevice(Properties device) {
        String folder = folders.remove(device.get("fsdev"));
        if (folder == null) {
            refuse();
        } else {
            int mark = folder.lastIndexOf("%s");
            option("--share", folder.substring(0, mark) + device.get("mount_tag") + folder.substring(mark + 2));
        }
    }

    /** Swivel's command line. */
    List<String> words() {
        List<String> whole = new ArrayList<>(List.of("swivel", "run"));
        whole.addAll(words);
        for (Disk disk : disks) {
            whole.add("--drive");
            whole.add(disk.argument(snapshot));
        }
        return whole;
    }

    /** What is not in it, as it was written. */
    List<String> refused() {
        return refused;
    }
}
