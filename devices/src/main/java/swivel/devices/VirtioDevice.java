package swivel.devices;

import java.util.function.IntConsumer;
import swivel.memory.Snapshot.Archive;

/** A virtio device behind its transport {@link VirtioMmio}: who it is, and how it serves a request. */
public abstract sealed class VirtioDevice
        permits VirtioBalloon, VirtioBlock, VirtioConsole, VirtioNet, VirtioPorts, VirtioRng, VirtioShare, VirtioVsock {
    /** The device type (VIRTIO 1.1, chapter 5). */
    final int type;

    /** The features it offers: bits 0 to 23, those that belong to its type (2.2). */
    final int features;

    /** How many virtqueues it has. */
    final int queues;

    /** Its configuration space. Who changes it calls {@link #configurationChanged}. */
    final byte[] configuration;

    private Runnable toldOfChange = () -> {};

    VirtioDevice(int type, int features, int queues, byte[] configuration) {
        this.type = type;
        this.features = features;
        this.queues = queues;
        this.configuration = configuration;
    }

    /** What a snapshot keeps of the device itself. */
    abstract void fields(Archive fields);

    /** The driver has settled for these of its features; again after a reset. */
    abstract void negotiated(int features);

    /**
     * Serves a queue's next request, in a time that is bounded whatever the driver asks for: takes it, and completes it
     * or leaves it to a thread of the host.
     *
     * @param queue has a request
     * @return false if the device cannot serve any now; the queue goes on when it says so
     * @throws VirtioError if the request has not the buffers that every request has
     */
    abstract boolean serve(int index, Virtqueue queue) throws VirtioError;

    /**
     * The device is behind its transport now.
     *
     * @param legacy whether that is the legacy interface
     * @param goOn to be called, from any thread, with the number of a queue that can be served again
     */
    void attach(boolean legacy, IntConsumer goOn) {}

    /** Completes the requests of a queue that other threads have done since. */
    void finish(Virtqueue queue) {}

    /** Waits until no other thread has a request in hand. */
    void drain() {}

    /** The queues stop: what was not completed never is. No other thread has a request in hand afterwards. */
    void stopped() {}

    /** Says who is told of changes of the configuration. */
    final void whenConfigurationChanged(Runnable told) {
        toldOfChange = told;
    }

    /** The configuration is another one now. On the vCPU's thread. */
    final void configurationChanged() {
        toldOfChange.run();
    }

    /** A driver that is there has looked at the device's status. */
    void statusRead() {}

    /** Whether the driver may write this byte of the configuration. */
    boolean writesConfiguration(int offset) {
        return false;
    }

    /** The device's state was loaded from a snapshot. */
    void loaded() {}
}
