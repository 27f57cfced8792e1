package swivel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who types what QEMU or kvmtool take is told what Swivel takes. */
class ForeignCommandTest {
    private static final String BEFORE = "spelling; Swivel's is: ";
    private static final String BEHIND = "; Swivel has nothing for ";

    /** What the shell makes of a line. */
    private static List<String> words(String line) throws IOException {
        Process shell = new ProcessBuilder("sh", "-c", "printf '%s\\0' " + line).start();
        String words = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return Arrays.asList(words.split("\0"));
    }

    private static String answer(String... arguments) {
        Ran ran = Ran.of(arguments);
        assertEquals(ExitStatus.BAD_INPUT, ran.status(), ran.errors());
        assertEquals("", ran.output());
        assertEquals(1, ran.errors().lines().count(), ran.errors());
        assertTrue(ran.errors().contains(BEFORE), ran.errors());
        return ran.errors().strip();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        -kernel z -append "console=ttyAMA0 a='b'" -initrd i -dtb d | --kernel z --append "console=ttyAMA0 a='b'" --initrd i --dtb d |
        -M virt -cpu cortex-a15 -m 512 -nographic -no-reboot -kernel z -serial mon:stdio -display none -monitor none | --cpu cortex-a15 --memory 512 --kernel z |
        -machine virt,gic-version=2,highmem=off -m size=1G,slots=2 -kernel z | --memory 1G --kernel z |
        -machine vexpress-a15 -cpu cortex-a9 -kernel z | --kernel z | -machine vexpress-a15, -cpu cortex-a9
        -kernel z -drive file=a.img,if=none,format=raw,id=h -device virtio-blk-device,drive=h,serial=S1 | --kernel z --drive a.img,raw,serial=S1 |
        -kernel z -drive file=a,format=qcow2,readonly=on -cdrom c.iso -hda b | --kernel z --drive a,ro --drive c.iso,ro --drive b |
        -kernel z -snapshot -drive file=a,,b -drive if=none,file=c,ro | --kernel z --drive a,b,snapshot --drive c,ro |
        -bios u-boot.bin -drive if=pflash,file=vars | --firmware u-boot.bin | -drive if=pflash,file=vars
        -kernel z -nic user,hostfwd=tcp::2222-:22,model=virtio | --kernel z --net user,hostfwd=tcp::2222-:22 |
        -kernel z -netdev user,id=n,hostfwd=tcp:127.0.0.1:1-:2,hostfwd=tcp::3-:4,restrict=on -device virtio-net-device,netdev=n | --kernel z --net user,hostfwd=tcp:127.0.0.1:1-:2,hostfwd=tcp::3-:4,restrict=on |
        -kernel z -net nic -net user,guestfwd=tcp:10.0.2.9:80-tcp:127.0.0.1:8,hostfwd=udp::5-:6,dns=1.2.3.4 | --kernel z --net user,guestfwd=tcp:10.0.2.9:80-127.0.0.1:8,hostfwd=udp::5-:6 | -net …dns=1.2.3.4
        -kernel z -nic tap,ifname=t | --kernel z | -nic tap,ifname=t
        -kernel z -netdev user,id=n -object filter-dump,id=f,netdev=n,file=p.pcap | --kernel z --net user --pcap p.pcap |
        -kernel z -virtfs local,path=/d,mount_tag=t,security_model=none,readonly=on | --kernel z --share /d:t,ro |
        -kernel z -fsdev local,id=f,path=%sd,security_model=none -device virtio-9p-device,fsdev=f,mount_tag=t | --kernel z --share %sd:t |
        -kernel z -object rng-random,id=r,filename=/dev/urandom -device virtio-rng-device,rng=r | --kernel z |
        -kernel z -device vhost-vsock-device,guest-cid=7 | --kernel z --vsock vsock.sock,cid=7 |
        -kernel z -global virtio-mmio.force-legacy=false -device usb-ehci | --kernel z | -device usb-ehci
        -kernel z -s -S -qmp tcp:localhost:4444,server -gdb tcp::1 | --kernel z | -s, -S, -qmp tcp:localhost:4444,server, -gdb tcp::1
        -kernel z --stats --virt translated --nonsense | --kernel z --stats --virt translated | --nonsense
        --kernel z --append x -nographic | --kernel z --append x |
        disk.img -hda b | --drive disk.img --drive b |
        """)
    void qemusWordsAreSaidInSwivels(String qemu, String swivel, String missing) throws IOException {
        for (String program : List.of("run", "qemu-system-arm", "run qemu-system-arm")) {
            check("QEMU", words(program + " " + qemu), swivel, missing);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        -k z -i r -p 'root=/dev/vda rw' -d a.img -d b.img,ro -m 256 | --kernel z --initrd r --append 'root=/dev/vda rw' --memory 256 --drive a.img --drive b.img,ro |
        -k z --network mode=user --9p /tmp/x,tag --console serial --rng | --kernel z --net user --share /tmp/x:tag |
        -k z -n tap --vsock 3 | --kernel z --vsock vsock.sock,cid=3 | -n tap
        """)
    void kvmtoolsWordsAreSaidInSwivels(String kvmtool, String swivel, String missing) throws IOException {
        check("kvmtool", words("run " + kvmtool), swivel, missing);
        check("kvmtool", words("lkvm run " + kvmtool), swivel, missing);
    }

    private static void check(String program, List<String> line, String swivel, String missing) throws IOException {
        String expected = "swivel: this is " + program + "'s " + BEFORE + "swivel run " + swivel.strip()
                + (missing == null ? "" : BEHIND + missing);
        String answer = answer(line.toArray(String[]::new));
        // Words, since there are several ways to quote.
        String command =
                answer.substring(answer.indexOf(BEFORE) + BEFORE.length()).split(BEHIND, -1)[0];
        assertEquals(words("swivel run " + swivel), words(command));
        assertEquals(
                expected.replaceFirst(Pattern.quote(BEFORE) + ".*?(?=" + BEHIND + "|$)", ""),
                answer.replaceFirst(Pattern.quote(BEFORE) + ".*?(?=" + BEHIND + "|$)", ""));
        // What is said can be typed.
        List<String> typed = new ArrayList<>(words(command));
        typed.removeFirst();
        typed.add("--print-config");
        Ran ran = Ran.of(typed.toArray(String[]::new));
        assertEquals("", ran.errors());
        assertEquals(ExitStatus.OK, ran.status());
    }

    /** An option that has a value there takes it here, too, be it known or not. */
    @Test
    void everyOptionOfQemusHelpIsAnswered() throws IOException {
        Process qemu = new ProcessBuilder("qemu-system-arm", "-help").start();
        Pattern form = Pattern.compile("^(-[A-Za-z0-9][\\w-]*)(?: (\\S+).*)?$");
        List<String> seen = new ArrayList<>();
        for (String help : new String(qemu.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList()) {
            Matcher option = form.matcher(help.replaceFirst("\\s{2,}.*", ""));
            if (!option.matches() || help.contains(" or ") && option.group(1).equals("-h")) {
                continue;
            }
            String name = option.group(1);
            boolean hasValue = option.group(2) != null;
            seen.add(name);
            List<String> line = new ArrayList<>(List.of("run", "-nographic", name));
            if (hasValue) {
                line.add("value");
            }
            line.addAll(List.of("-dtb", "d"));
            String answer = answer(line.toArray(String[]::new));
            assertTrue(answer.contains("--dtb d") || name.equals("-dtb"), answer);
            assertFalse(answer.contains("--drive value") && !name.startsWith("-hd") && !name.startsWith("-cd"), answer);
        }
        assertTrue(seen.size() > 80 && seen.contains("-kernel"), seen.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "run --kernle z, did you mean --kernel?",
        "run -x, Unknown option: '-x'",
        "run -m lots, is no size of memory",
        "demo -kernel z, Unknown options"
    })
    void ownMistakesAreAnsweredAsBefore(String line, String message) throws IOException {
        Ran ran = Ran.of(words(line).toArray(String[]::new));
        assertEquals(ExitStatus.BAD_INPUT, ran.status());
        assertTrue(ran.errors().contains(message), ran.errors());
        assertFalse(ran.errors().contains(BEFORE), ran.errors());
    }
}
