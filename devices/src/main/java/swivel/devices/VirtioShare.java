package swivel.devices;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import swivel.devices.p9.P9Server;
import swivel.devices.p9.SharedFolder;
import swivel.memory.Snapshot.Archive;

/**
 * The virtio 9P transport: a folder of the host. VIRTIO 1.1, chapter 5, has its number and no more; the rest is what
 * Linux's driver does (net/9p/trans_virtio.c). Each request is a message of 9P2000.L and the room for its answer.
 */
public final class VirtioShare extends VirtioDevice {
    private static final int TYPE = 9;

    /** The configuration space has a name for the folder. */
    private static final int F_MOUNT_TAG = 1;

    private static final int MESSAGE_HEADER = 7;

    private final SharedFolder folder;
    private final P9Server server;
    private final byte[] request = new byte[P9Server.MAX_MESSAGE];
    private final byte[] answer = new byte[P9Server.MAX_MESSAGE];

    /**
     * Makes the device.
     *
     * @param budget bytes of heap for what the guest has in hand, about
     */
    public VirtioShare(SharedFolder folder, long budget) {
        super(TYPE, F_MOUNT_TAG, 1, configuration(folder.tag()));
        this.folder = folder;
        this.server = folder.server(budget);
    }

    private static byte[] configuration(String tag) {
        return ByteBuffer.allocate(Short.BYTES + tag.length())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) tag.length())
                .put(tag.getBytes(StandardCharsets.US_ASCII))
                .array();
    }

    /** Files of the host cannot be saved, so there is no snapshot while the guest has some in hand. */
    @Override
    void fields(Archive fields) {
        fields.same("folder " + folder.tag() + (folder.readOnly() ? ", read-only" : ""));
        fields.require(!server.inUse(), "file of the shared folder " + folder.tag() + " in the guest's hands");
        int size = fields.word(server.messageSize());
        fields.require(P9Server.isMessageSize(size), "size of messages");
        server.setMessageSize(size);
    }

    @Override
    void negotiated(int features) {
        server.reset();
    }

    @Override
    boolean serve(int index, Virtqueue queue) throws VirtioError {
        DescriptorChain chain = queue.next();
        int length = chain.read(request, 0, request.length);
        int room = (int) Math.min(chain.writable(), answer.length);
        if (length < MESSAGE_HEADER || room < P9Server.MIN_ANSWER) {
            throw new VirtioError("a message without a header, or without room for an answer");
        }
        chain.write(answer, 0, server.serve(request, length, answer, room));
        queue.complete();
        return true;
    }
}
