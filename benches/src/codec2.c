/* Raw data packets through codec2's modems, as freedv_data_raw_tx and _rx of its sources do it; Debian's
 * packages have the library alone.
 *
 *     codec2 tx MODE BURST < payload bytes > samples         8 kHz, signed 16 bit, of this machine's order
 *     codec2 rx MODE BURST < samples       > payload bytes   of packets whose CRC-16 is right
 *     codec2 size MODE                     > payload bytes of a packet
 *
 * BURST packets stand between a preamble and a postamble; bursts follow each other without a pause. */

#include <codec2/freedv_api.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int mode_named(const char *name) {
    if (!strcmp(name, "datac0")) return FREEDV_MODE_DATAC0;
    if (!strcmp(name, "datac1")) return FREEDV_MODE_DATAC1;
    if (!strcmp(name, "datac3")) return FREEDV_MODE_DATAC3;
    return -1;
}

static void send(struct freedv *modem, int burst, int bytes) {
    short *samples = malloc(sizeof(short) * (freedv_get_n_tx_modem_samples(modem) + 8000));
    unsigned char packet[bytes];
    int in_burst = 0;
    while (fread(packet, 1, bytes - 2, stdin) == (size_t)(bytes - 2)) {
        unsigned short crc = freedv_gen_crc16(packet, bytes - 2);
        packet[bytes - 2] = crc >> 8;
        packet[bytes - 1] = crc & 0xff;
        if (in_burst == 0)
            fwrite(samples, 2, freedv_rawdatapreambletx(modem, samples), stdout);
        freedv_rawdatatx(modem, samples, packet);
        fwrite(samples, 2, freedv_get_n_tx_modem_samples(modem), stdout);
        if (++in_burst == burst) {
            fwrite(samples, 2, freedv_rawdatapostambletx(modem, samples), stdout);
            in_burst = 0;
        }
    }
}

static void receive(struct freedv *modem, int burst, int bytes) {
    short *samples = malloc(sizeof(short) * freedv_get_n_max_modem_samples(modem));
    unsigned char packet[bytes];
    freedv_set_frames_per_burst(modem, burst);
    size_t wanted = freedv_nin(modem);
    while (fread(samples, 2, wanted, stdin) == wanted) {
        if (freedv_rawdatarx(modem, packet, samples) == bytes &&
            freedv_gen_crc16(packet, bytes - 2) == packet[bytes - 2] * 256 + packet[bytes - 1])
            fwrite(packet, 1, bytes - 2, stdout);
        wanted = freedv_nin(modem);
    }
}

int main(int count, char **words) {
    int mode = count > 2 ? mode_named(words[2]) : -1;
    struct freedv *modem = mode < 0 ? NULL : freedv_open(mode);
    if (!modem) {
        fprintf(stderr, "codec2 tx|rx|size datac0|datac1|datac3 BURST\n");
        return 2;
    }
    int bytes = freedv_get_bits_per_modem_frame(modem) / 8;
    int burst = count > 3 ? atoi(words[3]) : 1;
    if (!strcmp(words[1], "tx")) send(modem, burst, bytes);
    else if (!strcmp(words[1], "rx")) receive(modem, burst, bytes);
    else printf("%d\n", bytes - 2);
    freedv_close(modem);
    return 0;
}
