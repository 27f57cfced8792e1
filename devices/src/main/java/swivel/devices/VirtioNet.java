package swivel.devices;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.function.IntConsumer;
import swivel.devices.net.EthernetCable;
import swivel.devices.net.FrameRing;
import swivel.devices.net.Network;
import swivel.memory.Snapshot.Archive;

/**
 * The virtio network device (VIRTIO 1.1, 5.1), with one queue in each direction and no control queue. It takes frames
 * that are several TCP segments, and gives such, to drivers that want them; neither side computes checksums then.
 */
public final class VirtioNet extends VirtioDevice {
    private static final int TYPE = 1;

    /** Features (5.1.3): the driver, or the device, leaves checksums to the other. */
    static final int F_CSUM = 1 << 0;

    static final int F_GUEST_CSUM = 1 << 1;
    private static final int F_MAC = 1 << 5;
    /** The device gives frames of several TCP segments. */
    private static final int F_GUEST_TSO4 = 1 << 7;

    private static final int F_GUEST_TSO6 = 1 << 8;
    /** The driver may give such. */
    private static final int F_HOST_TSO4 = 1 << 11;

    private static final int F_HOST_TSO6 = 1 << 12;
    /** A frame may be in several buffers of the driver. */
    static final int F_MRG_RXBUF = 1 << 15;

    private static final int F_STATUS = 1 << 16;

    private static final int FEATURES = F_CSUM
            | F_GUEST_CSUM
            | F_MAC
            | F_GUEST_TSO4
            | F_GUEST_TSO6
            | F_HOST_TSO4
            | F_HOST_TSO6
            | F_MRG_RXBUF
            | F_STATUS;

    private static final int RECEIVE = 0;
    private static final int TRANSMIT = 1;

    /** The configuration space (5.1.4): the address, and whether the link is up. */
    private static final int CONFIGURATION_SIZE = 8;

    private static final short LINK_UP = 1;

    // The header of a frame (5.1.6), little-endian.
    private static final int FLAGS = 0;
    private static final int GSO_TYPE = 1;
    private static final int HEADER_LENGTH = 2;
    private static final int GSO_SIZE = 4;
    private static final int CHECKSUM_START = 6;
    private static final int CHECKSUM_OFFSET = 8;
    private static final int BUFFERS = 10;
    private static final int HEADER = 12;
    /** Legacy: without the number of buffers, unless the driver takes several (5.1.6.1). */
    private static final int SHORT_HEADER = 10;

    private static final int NEEDS_CHECKSUM = 1;
    private static final int GSO_TCP4 = 1;
    private static final int GSO_TCP6 = 4;

    private static final int ETHERNET_TYPE = 12;
    private static final int TCP_HEADER = 20;

    /** What a snapshot keeps. Frames on their way are lost with it, as they may be on any network. */
    static final class State {
        int features;
    }

    private final Network network;
    private final EthernetCable cable;
    private final FrameRing arriving;
    private final byte[] header = new byte[HEADER];
    private final ByteBuffer fields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    private boolean legacy;
    final State state = new State();

    /**
     * Makes a network card.
     *
     * @param mac its address, 12 hexadecimal digits
     */
    public VirtioNet(Network network, String mac) {
        super(TYPE, FEATURES, 2, configuration(mac));
        this.network = network;
        this.cable = network.cable();
        this.arriving = cable.forGuest();
    }

    private static byte[] configuration(String mac) {
        return ByteBuffer.allocate(CONFIGURATION_SIZE)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(HexFormat.of().parseHex(mac))
                .putShort(LINK_UP)
                .array();
    }

    @Override
    void fields(Archive archive) {
        state.features = archive.word(state.features);
        network.fields(archive);
    }

    @Override
    void loaded() {
        offloads();
        network.loaded();
    }

    @Override
    void attach(boolean legacyInterface, IntConsumer goOn) {
        legacy = legacyInterface;
        cable.connectDevice(() -> goOn.accept(RECEIVE), () -> goOn.accept(TRANSMIT));
    }

    @Override
    void negotiated(int features) {
        state.features = features;
        offloads();
    }

    private void offloads() {
        int both = F_GUEST_TSO4 | F_GUEST_TSO6;
        boolean checksums = has(F_GUEST_CSUM);
        cable.setOffloads(checksums, checksums && (state.features & both) == both && has(F_MRG_RXBUF));
    }

    private boolean has(int feature) {
        return (state.features & feature) != 0;
    }

    private int headerSize() {
        return legacy && !has(F_MRG_RXBUF) ? SHORT_HEADER : HEADER;
    }

    @Override
    boolean serve(int index, Virtqueue queue) throws VirtioError {
        return index == RECEIVE ? receive(queue) : transmit(queue);
    }

    /** A frame of the guest. One that is too long is lost. */
    private boolean transmit(Virtqueue queue) throws VirtioError {
        int at = cable.reserve();
        if (at < 0) {
            return false;
        }
        DescriptorChain request = queue.next();
        int size = headerSize();
        if (request.read(header, 0, size) < size) {
            throw new VirtioError("a frame without a header");
        }
        int length = request.read(cable.sendBuffer(), at, FrameRing.MAX_FRAME);
        boolean partial = (header[FLAGS] & NEEDS_CHECKSUM) != 0;
        int start = partial ? Short.toUnsignedInt(fields.getShort(CHECKSUM_START)) : 0;
        int offset = partial ? Short.toUnsignedInt(fields.getShort(CHECKSUM_OFFSET)) : 0;
        if (request.readable() == 0) {
            cable.send(length, start, offset);
        }
        queue.complete();
        return true;
    }

    /** A frame for the guest. One that it has no room for waits; one that it can never have room for is lost. */
    private boolean receive(Virtqueue queue) throws VirtioError {
        if (!arriving.next()) {
            return false;
        }
        int size = headerSize();
        int length = arriving.length();
        boolean takesIt =
                arriving.segmentSize() == 0 || arriving.checksumStart() != 0 && has(F_GUEST_TSO4 | F_GUEST_TSO6);
        DescriptorChain request = queue.next();
        while (takesIt && has(F_MRG_RXBUF) && request.writable() < size + length && queue.hasNext()) {
            queue.append();
        }
        if (!takesIt || request.writable() < size + length) {
            queue.putBack();
            if (takesIt && has(F_MRG_RXBUF) && !queue.isWhole()) {
                return queue.askForMore();
            }
            cable.release();
            return true;
        }
        fillHeader(queue.chains());
        request.write(header, 0, size);
        request.write(arriving.bytes(), arriving.offset(), length);
        queue.complete();
        cable.release();
        return true;
    }

    private void fillHeader(int buffers) {
        int start = arriving.checksumStart();
        int segment = arriving.segmentSize();
        if (start != 0 && !has(F_GUEST_CSUM)) {
            arriving.completeChecksum(); // the driver that took it otherwise is gone
            start = 0;
        }
        boolean v6 = arriving.bytes()[arriving.offset() + ETHERNET_TYPE] == (byte) 0x86;
        fields.put(FLAGS, (byte) (start == 0 ? 0 : NEEDS_CHECKSUM))
                .put(GSO_TYPE, (byte) (segment == 0 ? 0 : v6 ? GSO_TCP6 : GSO_TCP4))
                .putShort(HEADER_LENGTH, (short) (segment == 0 ? 0 : start + TCP_HEADER))
                .putShort(GSO_SIZE, (short) segment)
                .putShort(CHECKSUM_START, (short) start)
                .putShort(CHECKSUM_OFFSET, (short) (start == 0 ? 0 : arriving.checksumOffset()))
                .putShort(BUFFERS, (short) buffers);
    }
}
