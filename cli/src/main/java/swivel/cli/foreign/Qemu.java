package swivel.cli.foreign;

import static java.util.Map.entry;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The options of qemu-system-arm that people use for this board. Two dashes are as good as one. */
final class Qemu {
    private Qemu() {}

    /** By name. Options that are not here have no equivalent. */
    static final Map<String, Word> WORDS = Map.ofEntries(
            entry("-kernel", Word.same("--kernel")),
            entry("-append", Word.same("--append")),
            entry("-initrd", Word.same("--initrd")),
            entry("-dtb", Word.same("--dtb")),
            entry("-bios", Word.same("--firmware")),
            entry("-pflash", Word.same("--firmware")),
            entry(
                    "-m",
                    Word.of((to, value) ->
                            to.option("--memory", Properties.of(value).firstOr("size")))),
            entry(
                    "-smp",
                    Word.of((to, value) ->
                            to.option("--smp", Properties.of(value).firstOr("cpus")))),
            entry("-cpu", Word.of(Qemu::core)),
            entry("-M", Word.of(Qemu::board)),
            entry("-machine", Word.of(Qemu::board)),
            entry("-drive", Word.of(Qemu::drive)),
            entry("-hda", Word.of((to, file) -> to.disk(Properties.of(""), file))),
            entry("-hdb", Word.of((to, file) -> to.disk(Properties.of(""), file))),
            entry("-hdc", Word.of((to, file) -> to.disk(Properties.of(""), file))),
            entry("-hdd", Word.of((to, file) -> to.disk(Properties.of(""), file))),
            entry("-cdrom", Word.of((to, file) -> to.disk(Properties.of("media=cdrom"), file))),
            entry("-snapshot", new Word(false, (to, _) -> to.snapshot())),
            entry("-device", Word.of(Qemu::device)),
            entry("-object", Word.of(Qemu::object)),
            entry("-nic", Word.of(Qemu::network)),
            entry("-net", Word.of(Qemu::network)),
            entry("-netdev", Word.of(Qemu::network)),
            entry("-virtfs", Word.of((to, value) -> to.folder(Properties.of(value)))),
            entry("-fsdev", Word.of((to, value) -> to.folder(Properties.of(value)))),
            entry("-global", Word.of(Qemu::global)),
            // What a run in a terminal is: the serial port is there, and the end is the end.
            entry("-nographic", Word.always()),
            entry("-no-reboot", Word.always()),
            entry("-nodefaults", Word.always()),
            entry("-no-user-config", Word.always()),
            entry("-serial", Word.always("stdio", "mon:stdio")),
            entry("-monitor", Word.always("none")),
            entry("-display", Word.always("none")),
            entry("-vga", Word.always("none")),
            entry("-parallel", Word.always("none")),
            entry("-audio", Word.always("none")),
            entry("-accel", Word.of((_, _) -> {})),
            // What takes no value; of what is not listed, a value is what does not begin with a dash.
            entry("-enable-kvm", Word.none(false)),
            entry("-s", Word.none(false)),
            entry("-S", Word.none(false)),
            entry("-daemonize", Word.none(false)),
            entry("-no-shutdown", Word.none(false)),
            entry("-semihosting", Word.none(false)));

    private static void core(Translation to, String value) {
        if (value.matches("cortex-a(7|15)(,(vfp|vfp-d32|neon)=o(n|ff))*")) {
            to.option("--cpu", value);
        } else {
            to.refuse();
        }
    }

    private static void board(Translation to, String value) {
        Properties machine = Properties.of(value);
        String type = machine.firstOr("type");
        boolean isVirt = type.isEmpty() || type.matches("virt(-[0-9.]+)?");
        boolean isOurs = machine.named().entrySet().stream().allMatch(property -> switch (property.getKey()) {
            case "type", "accel", "highmem", "usb", "dump-guest-core", "mem-merge" -> true;
            case "gic-version" -> property.getValue().equals("2");
            case "secure", "virtualization", "acpi" -> property.getValue().equals("off");
            default -> false;
        });
        if (!isVirt || !isOurs) {
            to.refuse();
        }
    }

    private static void drive(Translation to, String value) {
        Properties drive = Properties.of(value);
        String file = drive.get("file").isEmpty() ? drive.get("file.filename") : drive.get("file");
        if (file.isEmpty()) {
            to.refuse();
        } else if (drive.get("if").equals("pflash")) {
            to.option("--firmware", file);
        } else {
            to.disk(drive, file);
        }
    }

    private static void device(Translation to, String value) {
        Properties device = Properties.of(value);
        switch (device.firstOr("driver")) {
            case "virtio-blk-device", "virtio-blk-pci", "virtio-blk" -> {
                if (!device.get("serial").isEmpty()) {
                    to.serialOf(device.get("drive"), device.get("serial"));
                }
            }
            case "virtio-9p-device", "virtio-9p-pci" -> to.folderDevice(device);
            case "virtio-net-device", "virtio-net-pci", "virtio-net" -> {
                if (!device.get("mac").isEmpty()) {
                    to.refuse("mac=" + device.get("mac"));
                }
            }
            case "vhost-vsock-device", "vhost-vsock-pci" ->
                to.option("--vsock", "vsock.sock,cid=" + device.get("guest-cid"));
            case "virtio-rng-device", "virtio-rng-pci" -> {} // it is always there
            default -> to.refuse();
        }
    }

    private static void object(Translation to, String value) {
        Properties object = Properties.of(value);
        switch (object.firstOr("qom-type")) {
            case "rng-random", "rng-builtin" -> {}
            case "filter-dump" -> to.option("--pcap", object.get("file"));
            case "memory-backend-file" -> to.option("--memory-file", object.get("mem-path"));
            default -> to.refuse();
        }
    }

    private static void global(Translation to, String value) {
        switch (value) {
            case "virtio-mmio.force-legacy=false", "virtio-mmio.force-legacy=off" -> {}
            case "virtio-mmio.force-legacy=true", "virtio-mmio.force-legacy=on" -> to.flag("--virtio-legacy");
            default -> to.refuse();
        }
    }

    private static void network(Translation to, String value) {
        Properties network = Properties.of(value);
        switch (network.firstOr("type")) {
            case "user" -> to.option("--net", userNetwork(to, network));
            case "nic", "none" -> {} // the card comes with the network
            default -> to.refuse();
        }
    }

    private static String userNetwork(Translation to, Properties network) {
        List<String> options = new ArrayList<>(List.of("user"));
        network.named().forEach((name, values) -> {
            for (String value : values.split("\n", -1)) {
                boolean isLike = switch (name) {
                    case "hostfwd" -> value.matches("(tcp|udp)?:.*");
                    case "guestfwd" -> value.matches("tcp:[0-9.]+:[0-9]+-tcp:[0-9.]*:[0-9]+");
                    case "restrict" -> true;
                    default -> false;
                };
                boolean matters =
                        !List.of("id", "type", "model", "vlan", "name").contains(name);
                if (isLike) {
                    String ours = name.equals("guestfwd") ? value.replace("-tcp:", "-") : value;
                    options.add(name + "=" + (ours.startsWith(":") ? "tcp" + ours : ours));
                } else if (matters) {
                    to.refuse(name + "=" + value);
                }
            }
        });
        return String.join(",", options);
    }
}
