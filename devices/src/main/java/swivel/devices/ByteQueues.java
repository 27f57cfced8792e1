package swivel.devices;

import swivel.devices.streams.ByteRing;
import swivel.memory.Snapshot.Archive;

/**
 * The two queues of a console or port (VIRTIO 1.2, 5.3.2): where requests begin and end means nothing in them, they are
 * a stream of bytes in each direction.
 */
final class ByteQueues {
    /** Where bytes of the guest go. */
    @FunctionalInterface
    interface Output {
        /** Takes bytes; how many of them is returned, and if not all, the queue goes on when it is said to. */
        int write(byte[] from, int length);
    }

    /** Bytes that are moved at once: as many as Linux sends at once from a program. */
    private static final int PIECE = 1 << 15;

    private final ByteRing input;
    private final Output output;
    private final byte[] piece = new byte[PIECE];

    /** Bytes of the next request of the guest that were taken already. */
    private long taken;

    ByteQueues(ByteRing input, Output output) {
        this.input = input;
        this.output = output;
    }

    void fields(Archive fields) {
        taken = fields.doubleword(taken);
        fields.require(taken >= 0, "bytes taken");
        input.fields(fields);
    }

    /** The driver begins anew. */
    void reset() {
        taken = 0;
    }

    /** {@link VirtioDevice#serve} of the queue to the guest. */
    boolean receive(Virtqueue queue) throws VirtioError {
        if (input.isEmpty()) {
            return false;
        }
        DescriptorChain request = queue.next();
        int length = input.take(piece, 0, (int) Math.min(PIECE, request.writable()));
        request.write(piece, 0, length);
        queue.complete();
        return true;
    }

    /** {@link VirtioDevice#serve} of the queue from the guest; a long request takes several calls. */
    boolean transmit(Virtqueue queue) throws VirtioError {
        DescriptorChain request = queue.next();
        request.skipReadable(Math.min(taken, request.readable()));
        int length = request.read(piece, 0, PIECE);
        int written = output.write(piece, length);
        if (written == length && request.readable() == 0) {
            taken = 0;
            queue.complete();
            return true;
        }
        taken += written;
        queue.putBack();
        return written == length;
    }
}
