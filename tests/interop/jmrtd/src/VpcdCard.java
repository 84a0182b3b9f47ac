import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;

import net.sf.scuba.smartcards.APDUEvent;
import net.sf.scuba.smartcards.CardService;
import net.sf.scuba.smartcards.CardServiceException;
import net.sf.scuba.smartcards.CommandAPDU;
import net.sf.scuba.smartcards.ResponseAPDU;

/** A card at the other end of vsmartcard's wire: two bytes of length, then the bytes. */
final class VpcdCard extends CardService {
    private static final byte OFF = 0;
    private static final byte ON = 1;

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;
    private boolean open;
    private int count;

    VpcdCard(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(20000);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
    }

    private void send(byte[] bytes) throws IOException {
        out.writeShort(bytes.length);
        out.write(bytes);
        out.flush();
    }

    /** Power off and on: what the chip knew of us is gone. */
    void reset() throws IOException {
        send(new byte[] {OFF});
        send(new byte[] {ON});
    }

    @Override
    public void open() throws CardServiceException {
        try {
            reset();
        } catch (IOException e) {
            throw new CardServiceException("the card is gone", e);
        }
        open = true;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public ResponseAPDU transmit(CommandAPDU command) throws CardServiceException {
        try {
            send(command.getBytes());
            byte[] answer = new byte[in.readUnsignedShort()];
            in.readFully(answer);
            ResponseAPDU response = new ResponseAPDU(answer);
            notifyExchangedAPDU(new APDUEvent(this, "ISO", ++count, command, response));
            return response;
        } catch (IOException e) {
            throw new CardServiceException("the card is gone", e);
        }
    }

    @Override
    public byte[] getATR() {
        return new byte[0];
    }

    @Override
    public void close() {
        open = false;
        try {
            socket.close();
        } catch (IOException e) {
            // it is gone either way
        }
    }

    @Override
    public boolean isConnectionLost(Exception e) {
        return false;
    }
}
