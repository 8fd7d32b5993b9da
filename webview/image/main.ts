import './main.css';
import './imagePanel';
