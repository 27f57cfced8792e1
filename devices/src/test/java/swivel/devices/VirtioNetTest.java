package swivel.devices;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import swivel.devices.net.EthernetCable;
import swivel.devices.net.FrameRing;
import swivel.devices.net.Network;
import swivel.memory.GuestMemory;
import swivel.memory.Snapshot;

/** The network card as its driver sees it, and the cable as the network sees it. */
class VirtioNetTest {
    private static final int RAM = 0x4000_0000;
    private static final int RAM_SIZE = 1 << 22;
    /** Of each queue: descriptors, available ring, used ring. */
    private static final int QUEUE_AREA = 0x10000;

    private static final int AVAILABLE = 0x2000;
    private static final int USED = 0x4000;
    private static final int BUFFERS = RAM + 0x100000;
    private static final int SIZE = 64;

    private static final int RECEIVE = 0;
    private static final int TRANSMIT = 1;
    private static final int HEADER = 12;

    private static final int GUEST_TSO = 1 << 7 | 1 << 8;
    private static final int ALL = VirtioNet.F_CSUM | VirtioNet.F_GUEST_CSUM | GUEST_TSO | VirtioNet.F_MRG_RXBUF;

    private static final class Cable implements Network {
        final EthernetCable cable = new EthernetCable();
        int restored;

        @Override
        public EthernetCable cable() {
            return cable;
        }

        @Override
        public void fields(Snapshot.Archive fields) {}

        @Override
        public void loaded() {
            restored++;
        }

        @Override
        public void close() {}
    }

    private final Rig rig = new Rig();
    private final Cable network = new Cable();
    private final GuestMemory memory = new GuestMemory(RAM, RAM_SIZE);
    private VirtioMmio device = device(false);
    private final int[] available = new int[2];

    private VirtioMmio device(boolean legacy) {
        return new VirtioMmio(rig.events, memory, rig.line, new VirtioNet(network, "525400123456"), legacy);
    }

    @AfterEach
    void close() {
        rig.close();
        memory.close();
    }

    private void write(int offset, int value) {
        device.write(offset, 4, value);
    }

    private static int area(int queue) {
        return RAM + 0x1000 + queue * QUEUE_AREA;
    }

    private void start(long features) {
        write(VirtioMmio.STATUS, 0);
        write(VirtioMmio.STATUS, 3);
        write(VirtioMmio.DRIVER_FEATURES_SEL, 0);
        write(VirtioMmio.DRIVER_FEATURES, (int) features);
        write(VirtioMmio.DRIVER_FEATURES_SEL, 1);
        write(VirtioMmio.DRIVER_FEATURES, 1);
        write(VirtioMmio.STATUS, 3 | VirtioMmio.FEATURES_OK);
        for (int queue = 0; queue < 2; queue++) {
            write(VirtioMmio.QUEUE_SEL, queue);
            write(VirtioMmio.QUEUE_NUM, SIZE);
            write(VirtioMmio.QUEUE_DESC, area(queue));
            write(VirtioMmio.QUEUE_DRIVER, area(queue) + AVAILABLE);
            write(VirtioMmio.QUEUE_DEVICE, area(queue) + USED);
            memory.write(area(queue) + AVAILABLE, new byte[0x1000], 0, 0x1000);
            memory.write(area(queue) + USED, new byte[0x1000], 0, 0x1000);
            available[queue] = 0;
            write(VirtioMmio.QUEUE_READY, 1);
        }
        write(VirtioMmio.STATUS, 3 | VirtioMmio.FEATURES_OK | VirtioMmio.DRIVER_OK);
        assertEquals(3 | VirtioMmio.FEATURES_OK | VirtioMmio.DRIVER_OK, device.read(VirtioMmio.STATUS, 4));
    }

    private void descriptor(int queue, int index, int address, int length, int flags, int next) {
        int at = area(queue) + index * 16;
        memory.write32(at, address);
        memory.write32(at + 4, 0);
        memory.write32(at + 8, length);
        memory.write16(at + 12, flags);
        memory.write16(at + 14, next);
    }

    private void offer(int queue, int head) {
        memory.write16(area(queue) + AVAILABLE + 4 + available[queue] % SIZE * 2, head);
        memory.write16(area(queue) + AVAILABLE + 2, ++available[queue]);
    }

    private void notifyDevice(int queue) {
        write(VirtioMmio.QUEUE_NOTIFY, queue);
    }

    private int used(int queue) {
        return memory.read16(area(queue) + USED + 2);
    }

    private int usedLength(int queue, int element) {
        return memory.read32(area(queue) + USED + 4 + element % SIZE * 8 + 4);
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    /** Makes a frame with a header available for sending, cut into pieces of this size. */
    private void transmit(byte[] header, byte[] frame, int piece) {
        byte[] all = new byte[header.length + frame.length];
        System.arraycopy(header, 0, all, 0, header.length);
        System.arraycopy(frame, 0, all, header.length, frame.length);
        memory.write(BUFFERS, all, 0, all.length);
        int pieces = (all.length + piece - 1) / piece;
        for (int i = 0; i < pieces; i++) {
            int length = Math.min(piece, all.length - i * piece);
            descriptor(TRANSMIT, i, BUFFERS + i * piece, length, i < pieces - 1 ? 1 : 0, i + 1);
        }
        offer(TRANSMIT, 0);
        notifyDevice(TRANSMIT);
    }

    /** Gives the device so many buffers for frames, each of one descriptor. */
    private void offerBuffers(int count, int size) {
        for (int i = 0; i < count; i++) {
            int index = available[RECEIVE] % SIZE;
            descriptor(RECEIVE, index, BUFFERS + index * size, size, 2, 0);
            offer(RECEIVE, index);
        }
        notifyDevice(RECEIVE);
    }

    /** A frame of the network for the guest. */
    private void arrives(byte[] frame, int checksumStart, int checksumOffset, int segmentSize) {
        FrameRing ring = network.cable.forGuest();
        int at = ring.reserve(frame.length);
        System.arraycopy(frame, 0, ring.bytes(), at, frame.length);
        ring.commit(frame.length, checksumStart, checksumOffset, segmentSize);
        network.cable.announcePackets();
        rig.pass(1);
    }

    private byte[] received(int at, int length) {
        byte[] bytes = new byte[length];
        memory.read(at, bytes, 0, length);
        return bytes;
    }

    @Test
    void configurationSaysTheAddressAndThatTheLinkIsUp() {
        byte[] mac = new byte[6];
        for (int i = 0; i < 6; i++) {
            mac[i] = (byte) device.read(VirtioMmio.CONFIG + i, 1);
        }
        assertArrayEquals(new byte[] {0x52, 0x54, 0, 0x12, 0x34, 0x56}, mac);
        assertEquals(1, device.read(VirtioMmio.CONFIG + 6, 2));
        assertEquals(1, device.read(VirtioMmio.DEVICE_ID, 4));
    }

    @Test
    void aFrameInPiecesGoesToTheNetworkWhole() {
        start(ALL);
        byte[] frame = bytes(1514);
        transmit(new byte[HEADER], frame, 100);
        FrameRing ring = network.cable.fromGuest();
        assertTrue(ring.next());
        byte[] sent = Arrays.copyOfRange(ring.bytes(), ring.offset(), ring.offset() + ring.length());
        assertArrayEquals(frame, sent);
        assertEquals(0, ring.checksumStart());
        assertEquals(1, used(TRANSMIT));
        assertEquals(0, usedLength(TRANSMIT, 0));
        assertTrue(rig.line.level);
    }

    @Test
    void aLongFrameWithAnOpenChecksumGoesToTheNetworkAsItIs() {
        start(ALL);
        byte[] header = new byte[HEADER];
        header[0] = 1;
        header[1] = 1;
        header[6] = 34;
        header[8] = 16;
        byte[] frame = bytes(60_000);
        transmit(header, frame, 4096);
        FrameRing ring = network.cable.fromGuest();
        assertTrue(ring.next());
        assertEquals(60_000, ring.length());
        assertEquals(34, ring.checksumStart());
        assertEquals(16, ring.checksumOffset());
    }

    @Test
    void aFrameThatIsTooLongIsLost() {
        start(ALL);
        transmit(new byte[HEADER], bytes(FrameRing.MAX_FRAME + 1), 4096);
        assertFalse(network.cable.fromGuest().next());
        assertEquals(1, used(TRANSMIT));
    }

    @Test
    void aFrameWithoutAHeaderBreaksTheDevice() {
        start(ALL);
        transmit(new byte[HEADER - 1], new byte[0], 100);
        assertTrue((device.read(VirtioMmio.STATUS, 4) & VirtioMmio.NEEDS_RESET) != 0);
        start(ALL);
        transmit(new byte[HEADER], bytes(60), 100);
        assertTrue(network.cable.fromGuest().next());
    }

    @Test
    void framesWaitWhileTheNetworkTakesNone() {
        start(ALL);
        byte[] frame = bytes(60_000);
        int sent = 0;
        for (int i = 0; i < SIZE / 2; i++) {
            transmit(new byte[HEADER], frame, 4096);
            sent++;
        }
        rig.pass(1);
        int taken = used(TRANSMIT);
        assertTrue(taken > 0 && taken < sent, taken + " taken");
        FrameRing ring = network.cable.fromGuest();
        int arrived = 0;
        while (arrived < sent) {
            assertTrue(ring.next());
            assertEquals(60_000, ring.length());
            ring.release();
            arrived++;
            network.cable.announceRoom();
            rig.pass(1);
        }
        assertEquals(sent, used(TRANSMIT));
    }

    @Test
    void aFrameIsSpreadOverAsManyBuffersAsItNeeds() {
        start(ALL);
        offerBuffers(8, 512);
        byte[] frame = bytes(1514);
        arrives(frame, 0, 0, 0);
        assertEquals(3, used(RECEIVE));
        assertEquals(512, usedLength(RECEIVE, 0));
        assertEquals(512, usedLength(RECEIVE, 1));
        assertEquals(1514 + HEADER - 1024, usedLength(RECEIVE, 2));
        assertArrayEquals(frame, received(BUFFERS + HEADER, 1514));
        assertEquals(3, memory.read16(BUFFERS + 10));
        arrives(frame, 0, 0, 0);
        assertEquals(6, used(RECEIVE));
        assertArrayEquals(frame, received(BUFFERS + 3 * 512 + HEADER, 1514));
    }

    @Test
    void aFrameWaitsForBuffers() {
        start(ALL);
        offerBuffers(2, 512);
        byte[] frame = bytes(1514);
        arrives(frame, 0, 0, 0);
        assertEquals(0, used(RECEIVE));
        offerBuffers(1, 512);
        assertEquals(3, used(RECEIVE));
        assertArrayEquals(frame, received(BUFFERS + HEADER, 1514));
    }

    @Test
    void aFrameThatNeverFitsIsLost() {
        start(ALL);
        offerBuffers(SIZE, 16);
        arrives(bytes(1514), 0, 0, 0);
        assertEquals(0, used(RECEIVE));
        byte[] frame = bytes(60);
        arrives(frame, 0, 0, 0);
        assertEquals(5, used(RECEIVE));
    }

    @Test
    void withoutMergingAFrameHasOneBufferOrNone() {
        start(VirtioNet.F_GUEST_CSUM);
        offerBuffers(4, 1024);
        arrives(bytes(1514), 0, 0, 0);
        assertEquals(0, used(RECEIVE));
        byte[] frame = bytes(1000);
        arrives(frame, 0, 0, 0);
        assertEquals(1, used(RECEIVE));
        assertArrayEquals(frame, received(BUFFERS + HEADER, 1000));
        assertEquals(1, memory.read16(BUFFERS + 10));
    }

    /** An IPv4 header's beginning, so that the kind of segments can be seen. */
    private static byte[] ipv4(int length) {
        byte[] frame = bytes(length);
        frame[12] = 8;
        frame[13] = 0;
        return frame;
    }

    @Test
    void segmentsAndOpenChecksumsAreToldInTheHeader() {
        start(ALL);
        assertTrue(network.cable.takesSegments());
        assertTrue(network.cable.takesChecksums());
        offerBuffers(32, 2048);
        arrives(ipv4(30_000), 34, 16, 1460);
        assertEquals(1, memory.read8(BUFFERS));
        assertEquals(1, memory.read8(BUFFERS + 1));
        assertEquals(54, memory.read16(BUFFERS + 2));
        assertEquals(1460, memory.read16(BUFFERS + 4));
        assertEquals(34, memory.read16(BUFFERS + 6));
        assertEquals(16, memory.read16(BUFFERS + 8));
        assertEquals(15, memory.read16(BUFFERS + 10));
    }

    @Test
    void aDriverThatTakesNoOpenChecksumsGetsNone() {
        start(VirtioNet.F_MRG_RXBUF);
        assertFalse(network.cable.takesChecksums());
        assertFalse(network.cable.takesSegments());
        offerBuffers(32, 2048);
        byte[] frame = ipv4(100);
        frame[50] = 0x12;
        frame[51] = 0x34;
        long sum = 0;
        for (int i = 34; i < 100; i += 2) {
            sum += (frame[i] & 0xff) << 8 | frame[i + 1] & 0xff;
        }
        arrives(frame, 34, 16, 0); // it was on its way when the driver changed its mind
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        assertEquals(0, memory.read8(BUFFERS));
        int checksum = ~(int) sum & 0xffff;
        assertEquals(checksum >> 8, memory.read8(BUFFERS + HEADER + 50));
        assertEquals(checksum & 0xff, memory.read8(BUFFERS + HEADER + 51));
        arrives(ipv4(30_000), 34, 16, 1460);
        assertEquals(1, used(RECEIVE), "and no segments");
    }

    @Test
    void aLegacyDriverHasShortHeadersUnlessItMerges() {
        device = device(true);
        for (boolean merges : new boolean[] {false, true}) {
            int header = merges ? 12 : 10;
            write(VirtioMmio.STATUS, 0);
            write(VirtioMmio.GUEST_PAGE_SIZE, 4096);
            write(VirtioMmio.STATUS, 3);
            write(VirtioMmio.DRIVER_FEATURES_SEL, 0);
            write(VirtioMmio.DRIVER_FEATURES, merges ? VirtioNet.F_MRG_RXBUF : 0);
            int base = RAM + 0x40000;
            memory.write(base, new byte[0x4000], 0, 0x4000);
            write(VirtioMmio.QUEUE_SEL, TRANSMIT);
            write(VirtioMmio.QUEUE_NUM, 4);
            write(VirtioMmio.QUEUE_ALIGN, 4096);
            write(VirtioMmio.QUEUE_PFN, base >>> 12);
            write(VirtioMmio.STATUS, 7);
            memory.write32(base, BUFFERS);
            memory.write32(base + 8, header + 60);
            memory.write16(base + 64 + 2, 1);
            byte[] frame = bytes(60);
            memory.write(BUFFERS + header, frame, 0, 60);
            notifyDevice(TRANSMIT);
            FrameRing ring = network.cable.fromGuest();
            assertTrue(ring.next());
            assertEquals(60, ring.length());
            assertEquals(frame[0], ring.bytes()[ring.offset()]);
            ring.release();
        }
    }

    /** Rings, descriptors and headers at random; the device is reset whenever it is broken. */
    @Test
    void randomRingsAreSurvived() {
        Random random = new Random(Long.getLong("swivel.net.seed", 1));
        int steps = Integer.getInteger("swivel.net.frames", 50_000);
        start(ALL);
        FrameRing ring = network.cable.fromGuest();
        int broken = 0;
        for (int i = 0; i < steps; i++) {
            int queue = random.nextInt(2);
            switch (random.nextInt(8)) {
                case 0 ->
                    descriptor(
                            queue,
                            random.nextInt(SIZE),
                            RAM + random.nextInt(random.nextInt(20) == 0 ? 2 * RAM_SIZE : RAM_SIZE / 2),
                            random.nextInt(1 << random.nextInt(18)),
                            random.nextInt(random.nextInt(10) == 0 ? 8 : 4) & (queue == RECEIVE ? 7 : 5),
                            random.nextInt(SIZE));
                case 1, 2 -> {
                    offer(queue, random.nextInt(random.nextInt(50) == 0 ? 2 * SIZE : SIZE));
                    notifyDevice(queue);
                }
                case 3 -> {
                    if (network.cable.forGuest().reserve(FrameRing.MAX_FRAME) >= 0) {
                        int segments = random.nextInt(2);
                        arrives(ipv4(60 + random.nextInt(60_000)), segments * 34, 16, segments * 1460);
                    }
                }
                case 4 -> memory.write32(area(queue) + random.nextInt(0x5000 / 4) * 4, random.nextInt());
                default -> {
                    if (ring.next()) {
                        ring.release();
                        network.cable.announceRoom();
                    }
                    rig.pass(1);
                }
            }
            if ((device.read(VirtioMmio.STATUS, 4) & VirtioMmio.NEEDS_RESET) != 0) {
                broken++;
                start(random.nextInt() & ALL);
            }
        }
        assertTrue(broken > 0);
        while (ring.next()) {
            ring.release();
        }
        start(ALL);
        transmit(new byte[HEADER], bytes(60), 100);
        assertTrue(ring.next());
    }

    @Test
    void aRestoredDeviceTellsTheNetwork() {
        start(ALL);
        Snapshot.Writer writer = new Snapshot.Writer();
        writer.section("net", device);
        network.cable.setOffloads(false, false);
        VirtioMmio fresh = device(false);
        new Snapshot.Reader(writer.toByteArray()).section("net", fresh);
        assertEquals(1, network.restored);
        assertTrue(network.cable.takesSegments());
    }
}
