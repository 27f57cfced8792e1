package swivel.devices;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.IntConsumer;
import swivel.devices.vsock.HostVsock;
import swivel.devices.vsock.VsockCable;
import swivel.devices.vsock.VsockHeader;
import swivel.devices.vsock.VsockRing;
import swivel.memory.Snapshot.Archive;

/**
 * The virtio socket device (VIRTIO 1.2, 5.10): packets of the guest's AF_VSOCK sockets, which {@link HostVsock} joins
 * to sockets of the host.
 */
public final class VirtioVsock extends VirtioDevice {
    private static final int TYPE = 19;

    /** There are stream sockets. */
    static final int F_STREAM = 1 << 0;

    static final int RECEIVE = 0;
    static final int TRANSMIT = 1;
    static final int EVENT = 2;

    /** The only event (5.10.6.7): all connections are gone. */
    private static final byte[] TRANSPORT_RESET = new byte[Integer.BYTES];

    private final HostVsock host;
    private final VsockCable cable;
    private final byte[] header = new byte[VsockHeader.SIZE];
    private final ByteBuffer fields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    private IntConsumer goOn = queue -> {};

    /** Bytes of the next packet's content that the guest has already. */
    private int given;

    /** A snapshot that was loaded had connections: the driver is to be told that they are gone. */
    private boolean lost;

    private boolean tellsOfReset;

    /** Makes the device. */
    public VirtioVsock(HostVsock host) {
        super(TYPE, F_STREAM, 3, configuration(host.cid()));
        this.host = host;
        this.cable = host.cable();
    }

    /** The configuration space (5.10.4): the guest's CID. */
    private static byte[] configuration(long cid) {
        return ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(cid)
                .array();
    }

    @Override
    void attach(boolean legacy, IntConsumer newGoOn) {
        goOn = newGoOn;
        cable.connectDevice(() -> newGoOn.accept(RECEIVE), () -> newGoOn.accept(TRANSMIT));
    }

    @Override
    void fields(Archive archive) {
        archive.same("CID " + host.cid());
        lost = archive.flag(tellsOfReset || host.hasConnections());
    }

    @Override
    void loaded() {
        cable.driverBegins();
        given = 0;
        tellsOfReset = lost;
        if (lost) {
            goOn.accept(EVENT);
        }
    }

    @Override
    void negotiated(int features) {
        cable.driverBegins();
        given = 0;
        tellsOfReset = false;
    }

    @Override
    boolean serve(int index, Virtqueue queue) throws VirtioError {
        return switch (index) {
            case RECEIVE -> receive(queue);
            case TRANSMIT -> transmit(queue);
            default -> tell(queue);
        };
    }

    /** A packet of the guest. One whose length is wrong arrives as a shorter one, which says so. */
    private boolean transmit(Virtqueue queue) throws VirtioError {
        int at = cable.reserve();
        if (at < 0) {
            return false;
        }
        DescriptorChain request = queue.next();
        if (request.read(header, 0, VsockHeader.SIZE) < VsockHeader.SIZE) {
            throw new VirtioError("a packet without a header");
        }
        int length = (int) Math.min(Integer.toUnsignedLong(fields.getInt(VsockHeader.LENGTH)), VsockRing.MAX_CONTENT);
        if (fields.getLong(0) == host.cid()) { // else it is in another's name
            byte[] to = cable.sendBuffer();
            System.arraycopy(header, 0, to, at, VsockHeader.SIZE);
            cable.sendPacket(VsockHeader.SIZE + request.read(to, at + VsockHeader.SIZE, length));
        }
        queue.complete();
        return true;
    }

    /** A packet for the guest, whose content comes in as many packets as it needs for the driver's buffers. */
    private boolean receive(Virtqueue queue) throws VirtioError {
        if (!cable.next()) {
            return false;
        }
        VsockRing arriving = cable.forGuest();
        int at = arriving.offset();
        int content = arriving.length() - VsockHeader.SIZE - given;
        DescriptorChain request = queue.next();
        int room = (int) Math.min(request.writable() - VsockHeader.SIZE, content);
        if (room < 0 || room == 0 && content > 0) {
            throw new VirtioError("a buffer without room for a packet");
        }
        System.arraycopy(arriving.bytes(), at, header, 0, VsockHeader.SIZE);
        fields.putInt(VsockHeader.LENGTH, room);
        request.write(header, 0, VsockHeader.SIZE);
        request.write(arriving.bytes(), at + VsockHeader.SIZE + given, room);
        queue.complete();
        given += room;
        if (room == content) {
            given = 0;
            cable.release();
        }
        return true;
    }

    private boolean tell(Virtqueue queue) throws VirtioError {
        if (!tellsOfReset) {
            return false;
        }
        DescriptorChain request = queue.next();
        request.write(TRANSPORT_RESET, 0, TRANSPORT_RESET.length);
        queue.complete();
        tellsOfReset = false;
        return true;
    }
}
