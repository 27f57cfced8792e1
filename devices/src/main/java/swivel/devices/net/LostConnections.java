package swivel.devices.net;

import java.util.ArrayList;
import java.util.List;
import swivel.memory.Snapshot.Archive;

/** Connections as a snapshot keeps them: what a segment needs that tells the guest that one is gone. */
final class LostConnections {
    /**
     * One connection.
     *
     * @param seq what we would send next
     * @param ack what the guest would send next
     */
    record Lost(Flow flow, int seq, int ack) {}

    private static final int PORTS = 1 << 16;
    private static final Flow NO_FLOW = new Flow(Addresses.GUEST, 0, Addresses.GATEWAY, 0);
    private static final Lost NONE = new Lost(NO_FLOW, 0, 0);

    private LostConnections() {}

    /** Saves these, or loads others. */
    static List<Lost> fields(List<Lost> there, Archive fields) {
        int count = fields.index(there.size(), Tcp.MAX_CONNECTIONS + 1);
        List<Lost> lost = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Lost one = i < there.size() ? there.get(i) : NONE;
            Flow flow = one.flow;
            lost.add(new Lost(
                    new Flow(
                            address(flow.guest(), fields),
                            fields.index(flow.guestPort(), PORTS),
                            address(flow.peer(), fields),
                            fields.index(flow.peerPort(), PORTS)),
                    fields.word(one.seq),
                    fields.word(one.ack)));
        }
        for (Lost one : lost) {
            fields.require(one.flow.guest().isV4() == one.flow.peer().isV4(), "connection");
        }
        return lost;
    }

    private static Address address(Address address, Archive fields) {
        return new Address(fields.doubleword(address.high()), fields.doubleword(address.low()));
    }
}
