package swivel.devices;

import java.util.random.RandomGenerator;
import swivel.memory.Snapshot.Archive;

/** The virtio entropy device (VIRTIO 1.1, 5.4): fills buffers with random bytes of the host. */
public final class VirtioRng extends VirtioDevice {
    private static final int TYPE = 4;

    /** Bytes that one request gets at most; the driver asks again for more. */
    private static final int MAX_BYTES = 4096;

    private static final byte[] NO_CONFIGURATION = {};

    private final RandomGenerator source;
    private final byte[] buffer = new byte[MAX_BYTES];

    /** Makes the device; the source of a real machine is fit for keys. */
    public VirtioRng(RandomGenerator source) {
        super(TYPE, 0, 1, NO_CONFIGURATION);
        this.source = source;
    }

    /** The host's randomness is nothing to keep. */
    @Override
    void fields(Archive fields) {}

    @Override
    void negotiated(int features) {}

    @Override
    boolean serve(int index, Virtqueue queue) throws VirtioError {
        DescriptorChain request = queue.next();
        source.nextBytes(buffer);
        request.write(buffer, 0, (int) Math.min(request.writable(), MAX_BYTES));
        queue.complete();
        return true;
    }
}
