package swivel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person reads who gave something wrong: one line that says what, and the status for it. */
class BadInputTest {
    private static final String KERNEL = Swivel.guest("linux-v7/zImage");

    @TempDir
    Path directory;

    /** The only line printed; anything else fails the test. */
    private static String complaint(String... arguments) {
        String text = said(ExitStatus.BAD_INPUT, arguments);
        assertEquals(1, text.lines().count(), text);
        assertTrue(text.startsWith("swivel: "), text);
        return text.strip();
    }

    private static String said(int expected, String... arguments) {
        PrintStream before = System.err;
        ByteArrayOutputStream captured = new ByteArrayOutputStream();
        int status;
        try (PrintStream stream = new PrintStream(captured, true, StandardCharsets.UTF_8)) {
            System.setErr(stream);
            status = Main.execute(arguments);
        } finally {
            System.setErr(before);
        }
        String text = captured.toString(StandardCharsets.UTF_8);
        assertEquals(expected, status, text);
        return text;
    }

    @Test
    void aTraceThatCannotBeWrittenEndsBeforeTheGuestStarts() throws IOException {
        String there = complaint("run", "--kernel", KERNEL, "--trace-blocks", directory + "/none/blocks");
        assertTrue(there.endsWith("cannot write to " + directory + "/none/blocks: there is no such directory"), there);
        String self = complaint("run", "--kernel", KERNEL, "--trace-blocks", directory.toString());
        assertTrue(self.contains("cannot write to " + directory), self);
        String interpreted = complaint("run", "--kernel", KERNEL, "--engine", "interp", "--trace-blocks", "blocks");
        assertTrue(interpreted.contains("--trace-blocks shows what is translated"), interpreted);
        Path kernel = Files.write(directory.resolve("kernel"), new byte[64]);
        String replaced = complaint("run", "--kernel", kernel.toString(), "--trace-blocks", kernel.toString());
        assertTrue(replaced.contains("the output of --trace-blocks would replace the kernel"), replaced);
        assertEquals(64, Files.size(kernel));
    }

    @Test
    void aFileThatCannotBeRamEndsBeforeTheGuestStarts() throws IOException {
        Path small = Files.write(directory.resolve("small"), new byte[4096]);
        String tooSmall = complaint("run", "--kernel", KERNEL, "--memory-file", small.toString());
        assertTrue(tooSmall.contains("the memory file " + small + " has 4096 bytes"), tooSmall);
        String self = complaint("run", "--kernel", KERNEL, "--memory-file", KERNEL);
        assertTrue(self.contains("the memory file would replace the kernel"), self);
        String flash = complaint("run", "--firmware", KERNEL, "--memory-file", small.toString());
        assertTrue(flash.contains("--memory-file and --firmware"), flash);
    }

    private void refused(String expected, Path file) {
        String name = file.toString();
        for (String[] command : new String[][] {
            {"run", "--kernel", name},
            {"run", "--virt", "translated", "--kernel", name},
            {"patch", name, "-o", directory.resolve("out").toString()},
            {"scan", name},
            {"demo", "--kernel", name}
        }) {
            String complaint = complaint(command);
            assertTrue(complaint.contains(name), complaint);
            assertTrue(complaint.contains(expected), complaint);
        }
        assertTrue(Files.notExists(directory.resolve("out")));
    }

    private Path file(String name, byte[] content) throws IOException {
        return Files.write(directory.resolve(name), content);
    }

    @Test
    void truncatedZImage() throws IOException {
        byte[] whole = Files.readAllBytes(Path.of(KERNEL));
        refused("truncated", file("half", Arrays.copyOf(whole, whole.length / 2)));
    }

    @Test
    void textFile() throws IOException {
        refused("", file("text", "This is no kernel.\n".repeat(100).getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void emptyFile() throws IOException {
        refused("", file("empty", new byte[0]));
    }

    @Test
    void programForX86() {
        refused("x86-64", Path.of("/bin/sh").toAbsolutePath());
    }

    @Test
    void missingFileAndDirectory() {
        refused("does not exist", directory.resolve("missing"));
        assertTrue(complaint("run", "--kernel", directory.toString()).contains("is a directory"));
        assertTrue(complaint("demo", "--kernel", directory.toString()).contains("is a directory"));
    }

    @Test
    void missingInitrdDriveAndTree() throws IOException {
        String missing = directory.resolve("missing").toString();
        assertTrue(complaint("run", "--kernel", KERNEL, "--initrd", missing)
                .contains("initrd " + missing + " does not exist"));
        assertTrue(complaint("run", "--virt", "translated", "--kernel", KERNEL, "--drive", missing)
                .contains("does not exist"));
        assertTrue(complaint("run", "--kernel", KERNEL, "--dtb", missing).contains("does not exist"));
        String text = file("text", "text".getBytes(StandardCharsets.UTF_8)).toString();
        assertTrue(complaint("run", "--kernel", KERNEL, "--dtb", text).contains("device tree"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"17G", "17g", "0", "-1", "lots", "999999999999G", "1.5G", ""})
    void sizeOfMemory(String size) {
        assertTrue(complaint("run", "--kernel", KERNEL, "--memory=" + size).contains("memory"), size);
    }

    @ParameterizedTest
    @ValueSource(strings = {"17179869185G", "17592186044417M", "999999999999K"})
    void sizesThatOverflow(String size) {
        assertTrue(complaint("run", "--kernel", KERNEL, "--memory=" + size).contains(size), size);
        assertTrue(complaint("run", "--kernel", KERNEL, "--code-cache=" + size).contains(size), size);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "NaN", "Infinity", "1e3", "0.5", "1000001", "99999999999999999999", "", "30s"})
    void seconds(String seconds) {
        assertTrue(complaint("run", "--kernel", KERNEL, "--silence=" + seconds).contains("0 to 1000000"), seconds);
    }

    @Test
    void negativeLengthOfAList() {
        assertTrue(complaint("compare", "--limit=-1", KERNEL, KERNEL).contains("--limit"));
    }

    @Test
    void wrongDrivesAreFoundBeforeTheKernelIsLookedAt() throws IOException {
        Path disk = file("disk.img", new byte[4096]);
        Path other = Files.createLink(directory.resolve("other.img"), disk);
        Path packed = file("disk.qcow2", new byte[] {'Q', 'F', 'I', (byte) 0xfb, 0, 0, 0, 3});
        assertTrue(wrongDrives(directory.resolve("missing")).contains("does not exist"));
        assertTrue(wrongDrives(directory).contains("is a directory"));
        assertTrue(wrongDrives("").contains("--drive"));
        assertTrue(wrongDrives(disk + ",rw").contains("not understood"));
        assertTrue(wrongDrives("file=" + disk + ",format=raw").contains("not understood"));
        assertTrue(wrongDrives(packed).contains("qemu-img convert"));
        assertTrue(wrongDrives(disk + ",ro,snapshot").contains("give one of"));
        assertTrue(wrongDrives(disk + ",overlay=").contains("needs the name of a file"));
        assertTrue(wrongDrives(disk + ",overlay=" + disk).contains("already"));
        assertTrue(wrongDrives(disk + ",overlay=" + other).contains("already"));
        assertTrue(wrongDrives(disk + ",overlay=a,overlay=b").contains("two of overlay"));
        assertTrue(wrongDrives(disk + ",overlay=" + packed).contains("no qcow2 image"));
        assertTrue(wrongDrives(disk + ",serial=").contains("a serial number has 1 to 20"));
        assertTrue(wrongDrives(disk + ",serial=" + "x".repeat(21)).contains("a serial number has 1 to 20"));
        assertTrue(wrongDrives(disk, other).contains("already"));
        assertTrue(wrongDrives(disk + ",ro", other).contains("already"));
        Object[] many = new Object[40];
        Arrays.fill(many, disk + ",ro");
        assertTrue(wrongDrives(many).contains("too many"));
    }

    @Test
    void wrongShares() throws IOException {
        String file = file("file", new byte[1]).toString();
        for (String wrong : List.of("", ":", "home", directory + ":", directory + ":a b", directory + ":a,rw")) {
            assertTrue(wrongShares(wrong).contains("write --share DIR:TAG"), wrong);
        }
        assertTrue(wrongShares(directory + ":" + "t".repeat(32)).contains("1 to 31"));
        assertTrue(wrongShares(file + ":home").contains("it is no folder"));
        assertTrue(wrongShares(directory.resolve("missing") + ":home").contains("does not exist"));
        assertTrue(wrongShares(directory + ":home", directory + ":home,ro").contains("by the name home"));
        String[] many = new String[40];
        Arrays.setAll(many, n -> directory + ":t" + n);
        assertTrue(wrongShares(many).contains("too many"));
    }

    @Test
    void wrongPorts() throws IOException {
        for (String wrong : List.of("", "=", "name", "name=", "=file", "a b=file", ".=file", "a/b=file")) {
            assertTrue(wrongPorts(wrong).contains("write --port NAME=FILE"), wrong);
        }
        assertTrue(wrongPorts("a=unix:").contains("needs the name of a socket"));
        assertTrue(wrongPorts("a=tcp:5000").contains("write tcp:ADDR:PORT"));
        assertTrue(wrongPorts("a=tcp::70000").contains("70000 is no port"));
        assertTrue(wrongPorts("a=tcp:300.1.1.1:80").contains("is no address"));
        assertTrue(wrongPorts("a=" + directory).contains("is no regular file"));
        assertTrue(wrongPorts("a=" + KERNEL).contains("would replace the kernel"));
        assertTrue(wrongPorts("a=unix:" + directory.resolve("missing/socket")).contains("cannot listen on"));
        assertTrue(wrongPorts("a=unix:" + file("taken", new byte[1])).contains("something of that name"));
        String log = directory.resolve("log").toString();
        assertTrue(wrongPorts("a=" + log, "a=" + log + "2").contains("two ports have the name a"));
        assertTrue(wrongPorts("a=" + log, "b=" + log).contains("two ports write to"));
        String[] many = new String[31];
        Arrays.setAll(many, n -> "p" + n + "=" + log + n);
        assertTrue(wrongPorts(many).contains("too many; there is room for 30"));
        assertTrue(Files.notExists(Path.of(log)));
    }

    @Test
    void wrongVsock() throws IOException {
        for (String wrong : List.of("", ",cid=4", "a,cid=", "a,cid=x", "a,b", "a,cid=4,cid=5", "a,cid=99999999999")) {
            assertTrue(wrongVsock(wrong).contains("write --vsock PATH"), wrong);
        }
        for (String cid : List.of("0", "2", "4294967295")) {
            assertTrue(wrongVsock(directory.resolve("v") + ",cid=" + cid).contains("a guest's CID is 3 to"), cid);
        }
        assertTrue(wrongVsock(directory.resolve("missing/socket").toString()).contains("cannot listen on"));
        assertTrue(wrongVsock(file("taken", new byte[1]).toString()).contains("something of that name"));
        assertTrue(Files.notExists(directory.resolve("v")));
    }

    private String wrongVsock(String vsock) {
        return complaint("run", "--kernel", KERNEL, "--vsock=" + vsock);
    }

    private String wrongPorts(String... ports) {
        List<String> command = new ArrayList<>(List.of("run", "--kernel", KERNEL));
        for (String port : ports) {
            command.add("--port=" + port);
        }
        return complaint(command.toArray(String[]::new));
    }

    private String wrongShares(String... shares) {
        List<String> command = new ArrayList<>(List.of("run", "--kernel", KERNEL));
        for (String share : shares) {
            command.add("--share=" + share);
        }
        return complaint(command.toArray(String[]::new));
    }

    @Test
    void wrongFirmware() throws IOException {
        String good = file("good.bin", new byte[4]).toString();
        String large = file("large.bin", new byte[(64 << 20) + 1]).toString();
        String empty = file("none.bin", new byte[0]).toString();
        assertTrue(complaint("run", "--firmware", directory.resolve("missing").toString())
                .contains("does not exist"));
        assertTrue(complaint("run", "--firmware", large).contains("67108864"));
        assertTrue(complaint("run", "--firmware", empty).contains("is empty"));
        assertTrue(complaint("run", "--firmware", good, "--memory", "16G").contains("16256M"));
        assertTrue(complaint("run", "--firmware", good, "--virt", "patched").contains("--virt patched and --firmware"));
        assertTrue(complaint("run", "--firmware", good, "--kernel", KERNEL, "--strict")
                .contains("--strict and --firmware"));
        assertTrue(complaint("run", "--firmware", good, "--initrd", good).contains("--kernel"));
        assertTrue(complaint("run", "--firmware", good, "--drive", good).contains("is also the firmware"));
    }

    /** The complaint about drives beside a kernel that would be refused too. */
    private String wrongDrives(Object... drives) {
        List<String> command = new ArrayList<>(List.of("run", "--kernel", "/dev/null"));
        for (Object drive : drives) {
            command.add("--drive=" + drive);
        }
        return complaint(command.toArray(String[]::new));
    }

    @Test
    void diskThatIsAlsoSomethingElse() throws IOException {
        Path kernel = Files.copy(Path.of(KERNEL), directory.resolve("kernel"));
        Path link = Files.createSymbolicLink(directory.resolve("disk.img"), kernel);
        assertTrue(complaint("run", "--kernel", kernel.toString(), "--drive", link.toString())
                .contains("is also the kernel"));
        assertTrue(complaint("run", "--kernel", "/dev/null", "--initrd", kernel.toString(), "--drive", link.toString())
                .contains("is also the initrd"));
        assertTrue(complaint("run", "--dump-dtb", kernel.toString(), "--drive", link + ",ro")
                .contains("is also the output of --dump-dtb"));
        assertTrue(complaint("run", "--kernel", kernel.toString(), "--dump-dtb", link.toString())
                .contains("would replace the kernel"));
        assertEquals(-1, Files.mismatch(kernel, Path.of(KERNEL)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"100K", "2G", "lots"})
    void sizeOfTheCodeCache(String size) {
        assertTrue(complaint("run", "--kernel", KERNEL, "--code-cache=" + size).contains(size), size);
    }

    @Test
    void kernelThatDoesNotFit() {
        assertTrue(complaint("run", "--virt", "translated", "--kernel", KERNEL, "--memory", "4M")
                .contains("--memory"));
    }

    @Test
    void wrongOptions() {
        assertTrue(complaint("run", "--kernal", KERNEL).contains("--kernal"));
        assertTrue(complaint("run").contains("--kernel"));
        assertTrue(complaint("run", "--kernel", KERNEL, "--virt", "magic").contains("magic"));
        assertTrue(complaint("walk").contains("walk"));
        assertTrue(complaint("demo", "--script", "true", "--initrd", KERNEL).contains("--script"));
    }

    @ParameterizedTest
    @CsvSource({
        "run --kernal k, --kernel",
        "run --inird k, --initrd",
        "demo --scirpt true, --script",
        "patch --in-plac k, --in-place",
        "dmo, demo",
        "scna k, scan"
    })
    void wrongSpellingHasASuggestion(String line, String meant) {
        String complaint = complaint(line.split(" "));
        assertTrue(complaint.contains("did you mean " + meant + "?"), complaint);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            value = {
                "run --virt magic; 'magic' is none of auto, patched, translated, bare",
                "run --cpu cortex-a9; 'cortex-a9' is none of cortex-a15, cortex-a7",
                "run --cpu cortex-a15,fpu=on; 'fpu=on' is none of vfp, vfp-d32 and neon, =on or =off",
                "run --cpu cortex-a15,vfp=off,neon=on; no core has NEON without all registers of VFP",
                "run --cpu cortex-a7,neon=on,vfp-d32=off; no core has NEON without all registers of VFP",
                "demo --engine x86; 'x86' is none of auto, interp, x64, native",
                "scan --report jsn k; 'jsn' is none of text, json, html"
            })
    void valuesAreSpelledAsInTheHelp(String line, String expected) {
        String complaint = complaint(line.split(" "));
        assertTrue(complaint.contains(expected), complaint);
    }

    @Test
    void namesThatATerminalWouldObeyAreSpelled() throws IOException {
        Path named = file("k\u001b[2J\n\u007f", new byte[0]);
        String complaint = complaint("run", "--kernel", named.toString());
        assertTrue(complaint.contains("k\\u001b[2J\\u000a\\u007f"), complaint);
        assertTrue(complaint("scan", "--\u001b]0;x\u009b31m\u202e", "k").contains("--\\u001b]0;x\\u009b31m\\u202e"));
    }

    @Test
    void aCommandLineThatLinuxCutsIsToldOf() {
        for (int length : new int[] {1023, 1024}) {
            String text = said(
                    ExitStatus.OK,
                    "run",
                    "--virt",
                    "translated",
                    "--kernel",
                    KERNEL,
                    "--append",
                    "x".repeat(length),
                    "--dump-dtb",
                    directory.resolve("tree").toString());
            assertEquals(length > 1023, text.contains("has 1,024 bytes; Linux reads the first 1,023"), text);
        }
    }

    @Test
    void unwritableOutput() {
        String complaint = complaint(
                "patch",
                Swivel.guest("bare/hello.elf"),
                "-o",
                directory.resolve("no/such/place").toString());
        assertTrue(complaint.contains("cannot write"), complaint);
        assertTrue(complaint("patch", Swivel.guest("bare/hello.elf"), "-o", directory.toString())
                .contains("is a directory"));
    }
}
