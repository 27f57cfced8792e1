package swivel.vmm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BareGuestsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello",
                "exceptions",
                "sensitive",
                "alu-returns",
                "mmu",
                "self-modify",
                "svc-storm",
                "mmio-nowhere",
                "jump-nowhere",
                "unmap-vectors",
                "undef-loop",
                "fill-memory",
                "wfi-forever"
            })
    void run(String name) throws IOException {
        TestBoard board = new TestBoard(Virtualization.TRANSLATED);
        board.endAtFirmwareCall = false;
        byte[] elf = Files.readAllBytes(
                Path.of(System.getProperty("user.home"), ".cache/swivel/guests/bare", name + ".elf"));
        ByteBuffer b = ByteBuffer.wrap(elf).order(ByteOrder.LITTLE_ENDIAN);
        int ph = b.getInt(28);
        int n = b.getShort(44);
        for (int i = 0; i < n; i++) {
            int at = ph + 32 * i;
            if (b.getInt(at) == 1) {
                board.memory.write(b.getInt(at + 12), elf, b.getInt(at + 4), b.getInt(at + 16));
            }
        }
        board.vcpu.reset(b.getInt(24), 0, 0, 0);
        Thread t = new Thread(() -> {
            try {
                for (int i = 0; i < 3000; i++) {
                    Thread.sleep(1);
                    board.processor.kick();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            board.vcpu.stop();
        });
        t.setDaemon(true);
        t.start();
        Vcpu.Exit exit = board.run();
        System.out.println("== " + name + ": " + exit + " pc " + Integer.toHexString(board.pc()) + " instr "
                + board.processor.instructions() + " und "
                + board.vcpu.statistics().injected(swivel.arm.ExceptionKind.UNDEFINED));
        System.out.println(board.output());
    }
}
