package swivel.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How benchmarks are run.
 *
 * @param quick small sizes
 * @param starts what is compared, and how each is started
 * @param server what guests talk to through their network
 */
record Measurement(boolean quick, Map<Emulator, Start> starts, LoopbackServer server) {
    /** What /init prints first. */
    private static final String BOOTED = "BOOT-OK";

    private static final String COMMAND_LINE = "console=ttyAMA0 panic=-1";

    /** MiB. */
    private static final int MEMORY = 256;

    /** A size that no other mapping of an emulator has, MiB. */
    private static final int MEMORY_IDLE = 200;

    /** After which a guest with nothing to do is idle, and the emulator has done what it does in the background. */
    private static final int SECONDS_TO_IDLE = 5;

    /** Runs it once. Throws {@link BenchmarkException} if the guest did not do what it should have. */
    Run run(Workload workload, Emulator emulator) {
        OtherWork others = OtherWork.start();
        return switch (workload.kind()) {
            case BOOT -> boot(workload, emulator, others);
            case MEMORY -> idle(workload, emulator, others);
            default -> work(workload, emulator, others);
        };
    }

    /** Debian's kernel tests its ciphers for seconds unless told not to; that is measured by its boot. */
    private Run work(Workload workload, Emulator emulator, OtherWork others) {
        int size = quick ? workload.quick() : workload.size();
        List<String> command;
        if (emulator == Emulator.NATIVE) {
            command = hosted(workload, size);
        } else {
            Path initrd = Guest.file(workload.kind().userland.initrd);
            String work = " quiet cryptomgr.notests=1 n=" + size + " bench=\"" + workload.command() + "\"";
            command = command(workload, emulator, initrd, COMMAND_LINE + work, MEMORY);
        }
        Transcript transcript = GuestProcess.run(command, Transcript.WORK_END, null);
        return new Run(
                transcript.measured(),
                transcript.outside(),
                transcript.seconds(),
                transcript.statistic("million instructions a second"),
                transcript.result(),
                others.processors());
    }

    /** The same between the same two lines, on the host. */
    private static List<String> hosted(Workload workload, int size) {
        Path programs = Guest.file("bench-native/programs");
        String script = "n=" + size + "; exec " + programs + "/" + workload.command();
        return List.of(programs + "/timed", "sh", "-c", script);
    }

    private Run boot(Workload workload, Emulator emulator, OtherWork others) {
        Transcript transcript = GuestProcess.run(
                command(workload, emulator, plainInitrd(), COMMAND_LINE, MEMORY), BOOTED, process -> {});
        double seconds = transcript.secondsTo(BOOTED);
        return new Run(seconds, Double.NaN, seconds, Double.NaN, "", others.processors());
    }

    private Run idle(Workload workload, Emulator emulator, OtherWork others) {
        double[] resident = new double[1];
        Transcript transcript = GuestProcess.run(
                command(workload, emulator, plainInitrd(), COMMAND_LINE, MEMORY_IDLE), BOOTED, process -> {
                    try {
                        TimeUnit.SECONDS.sleep(SECONDS_TO_IDLE);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    resident[0] = ResidentMemory.aboveRam(process.pid(), MEMORY_IDLE);
                });
        return new Run(resident[0], Double.NaN, transcript.seconds(), Double.NaN, "", others.processors());
    }

    private List<String> command(Workload workload, Emulator emulator, Path initrd, String append, int memory) {
        Equipment equipment = switch (workload.kind()) {
            case DISK -> Equipment.disk();
            case FOLDER -> Equipment.folder();
            case NETWORK -> Equipment.network(server.port());
            default -> Equipment.NONE;
        };
        return emulator.command(starts.get(emulator), workload, initrd, append, memory, equipment);
    }

    private static Path plainInitrd() {
        return Guest.file("initramfs/initramfs.cpio.gz");
    }
}
