package swivel.devices;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import swivel.devices.net.NetworkSettings;
import swivel.devices.net.UserNetwork;
import swivel.devices.p9.SharedFolder;
import swivel.memory.GuestMemory;
import swivel.memory.Mmio;

/** Whatever a guest reads and writes, and wherever in a window: a device must not throw or hang. */
class HostileGuestTest {
    private static final int ACCESSES = 200_000;

    @TempDir
    Path directory;

    @Test
    @Timeout(60)
    void accessesOfAnySizeAndValueAnywhereAreSurvived() throws IOException {
        Path image = directory.resolve("disk.img");
        Files.write(image, new byte[4096]);
        GuestMemory memory = new GuestMemory(0x4000_0000, 1 << 20);
        try (Rig rig = new Rig();
                SharedFolder folder = SharedFolder.open(directory, "tag", false);
                VirtioBlock disk =
                        new VirtioBlock(rig.events, DiskImage.open(image, DiskImage.Use.WRITABLE, _ -> {}), "disk")) {
            GicV2 gic = new GicV2(1020, new GicV2.Outputs(rig.line, rig.line), new GicV2.Outputs(rig.line, rig.line));
            GuestMemory content = new GuestMemory(0x4000_0000, 1 << 20, CfiFlash.SIZE);
            CfiFlash flash = new CfiFlash(content, 0x4010_0000, _ -> {});
            for (int i = 0; i < ACCESSES / 20; i++) { // fewer, for one in some erases a block
                int bytes = 1 << i % 3;
                flash.write((i * 0x9e37_79b9) >>> 6, bytes, i);
                flash.read((i * 0x61c8_8647) >>> 6, bytes);
            }
            UserNetwork network = UserNetwork.open(NetworkSettings.DEFAULT, null, _ -> {});
            Map<Mmio, Integer> windows = new HashMap<>();
            windows.put(gic.distributor(1), GicV2.DISTRIBUTOR_SIZE);
            windows.put(gic.cpuInterface(1), GicV2.CPU_INTERFACE_SIZE);
            windows.put(new Pl011(rig.events, rig.line, _ -> {}), Pl011.SIZE);
            windows.put(new Pl031(rig.events, rig.line, System::currentTimeMillis), Pl031.SIZE);
            windows.put(new Pl061(rig.line), Pl061.SIZE);
            windows.put(new FwCfg(memory, 1, new FwCfg.Payload(new byte[99], null, "x")), FwCfg.SIZE);
            windows.put(new Sp805(rig.events, rig.line, 24_000_000, () -> {}), Sp805.SIZE);
            windows.put(new VirtioMmio(rig.events, memory, rig.line, disk, false), VirtioMmio.SIZE);
            windows.put(
                    new VirtioMmio(rig.events, memory, rig.line, new VirtioShare(folder, 1 << 20), false),
                    VirtioMmio.SIZE);
            windows.put(
                    new VirtioMmio(rig.events, memory, rig.line, new VirtioRng(new Random(1)), true), VirtioMmio.SIZE);
            windows.put(
                    new VirtioMmio(rig.events, memory, rig.line, new VirtioNet(network, "525400123456"), false),
                    VirtioMmio.SIZE);
            VirtioBalloon balloon = new VirtioBalloon(rig.events, memory);
            windows.put(new VirtioMmio(rig.events, memory, rig.line, balloon, false), VirtioMmio.SIZE);
            windows.put(VirtioMmio.empty(false), VirtioMmio.SIZE);
            Random random = new Random(2);
            windows.forEach((device, size) -> {
                for (int i = 0; i < ACCESSES; i++) {
                    int offset = random.nextInt(size);
                    int bytes = 1 << random.nextInt(3);
                    device.read(offset, bytes);
                    device.write(offset, bytes, random.nextInt() >> random.nextInt(32));
                    rig.pass(random.nextInt(1000));
                }
            });
            network.close();
        }
    }
}
